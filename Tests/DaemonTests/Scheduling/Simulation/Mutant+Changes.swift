@testable import Daemon

extension Mutant {
  func change(_ times: inout TickTimes) {
    switch self {
    case .noDeadline: times.sending = .seconds(3600)
    case .hastyTakeover:
      times.takeover = .seconds(1)
      times.look = .seconds(1)
    case .noTakeover: times.takeover = .seconds(3600)
    case .noCatchUp:
      times.catchUp = .zero
      times.shortestCatchUp = .seconds(1)
    default: break
    }
  }

  /// Where it shows.
  var kind: Scenario.Kind {
    switch self {
    case .unconditionalClaim, .unmarked, .sharedOwner, .early, .noCatchUp: .calm
    case .noDeadline: .pauses
    case .hastyTakeover, .noTakeover: .crashes
    case .noReadBack, .unconditionalTakeover, .optimisticSend: .losses
    case .blindWatch: .outages
    case .keepsAtStop: .deployments
    }
  }

  /// What the daemon hears instead of an answer.
  func change(
    _ answer: TickClaim.Answer, to call: TickClaim.Call, _ tick: Tick, _ daemon: inout SimulatedDaemon
  ) -> TickClaim.Answer {
    switch answer {
    case .refused(let record?), .found(let record?): daemon.lastSeen[tick] = record
    default: break
    }
    return switch (self, call) {
    case (.noReadBack, .claim), (.noReadBack, .takeOver): answer == .unknown ? .done : answer
    case (.blindWatch, .look): answer == .failed || answer == .unknown ? .found(daemon.lastSeen[tick]) : answer
    case (.optimisticSend, .send): answer == .unknown ? .done : answer
    default: answer
    }
  }
}
