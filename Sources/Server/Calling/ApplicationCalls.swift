import Locks

/// The calls that run, so that a shutdown can end them.
final class ApplicationCalls: Sendable {
  private struct State: Sendable {
    var running: [ObjectIdentifier: ApplicationCall] = [:]
    var isClosed = false
  }

  private let state = Locked(State())

  var count: Int { state.withLock(\.running.count) }

  func begin(_ call: ApplicationCall) {
    let isClosed = state.withLock { state in
      state.running[ObjectIdentifier(call)] = call
      return state.isClosed
    }
    if isClosed { call.terminate(because: .shutdown) }
  }

  func end(_ call: ApplicationCall) {
    state.withLock { _ = $0.running.removeValue(forKey: ObjectIdentifier(call)) }
  }

  /// Gives up all that run, and all that come.
  func terminateAll() {
    let calls = state.withLock { state in
      state.isClosed = true
      return state.running.values
    }
    for call in calls { call.terminate(because: .shutdown) }
  }
}
