/// Whether the application is in a state to be given messages: a circuit breaker without clocks or sockets.
///
/// It opens, and no message is received, when the application cannot be reached, or when five different messages in a
/// row were refused. A probe, never a message, finds out whether it is there again. After refusals one message is let
/// through as a trial first, because a probe cannot know whether it will be taken.
struct Circuit: Equatable {
  /// Why the circuit is open.
  enum Cause: String, Sendable {
    /// The program has just started and has not seen the application yet.
    case starting
    /// Nothing can be sent: refused, no answer to connecting, name not found, no TLS.
    case unreachable
    /// It is there, and takes no messages: 429, 503, or connections that end without an answer.
    case refusing
  }

  enum State: Equatable, Sendable {
    case closed
    case open(Cause)
    /// One message at a time, until one of them shows how the application does.
    case trial
  }

  /// How one POST ended, as far as it says something about the application.
  enum Sign {
    /// It answers messages, be it with a failure of theirs.
    case well
    case unreachable
    case refusing
  }

  /// So many different messages in a row, with no other answer between, are the application's trouble and not theirs.
  static let refusalsToOpen = 5
  /// The pauses before a probe are doubled with each further one in vain.
  static let firstPause: Duration = .milliseconds(200)
  static let longestPause: Duration = .seconds(5)
  /// After refusals each trial may cost a message one of its receives, so these are longer.
  static let firstPauseAfterRefusals: Duration = .seconds(1)
  static let longestPauseAfterRefusals: Duration = .seconds(60)

  private(set) var state = State.open(.starting)
  /// Openings, probes and trials in vain since the application was last well.
  private(set) var attempts = 0
  private var refused: Set<String> = []

  /// How long to wait before the next probe; the first look of all is taken at once. `jitter`, from 0 to 1, takes up to
  /// half of it away.
  func pause(jitter: Double) -> Duration {
    guard case .open(let cause) = state, attempts > 0 else { return .zero }
    let (first, longest) =
      cause == .refusing
      ? (Self.firstPauseAfterRefusals, Self.longestPauseAfterRefusals) : (Self.firstPause, Self.longestPause)
    return min(longest, first * (1 << min(attempts - 1, 10))) * (1 - jitter / 2)
  }

  /// A POST of a message has ended.
  mutating func posted(_ messageID: String, _ sign: Sign) {
    switch sign {
    case .well:
      refused = []
      attempts = 0
      // A late answer, of a message received before, is as good as a trial's; for an application that cannot be
      // reached the probe decides.
      if state == .trial || state == .open(.refusing) { state = .closed }
    case .unreachable:
      if state != .open(.starting), state != .open(.unreachable) { open(.unreachable) }
    case .refusing:
      refused.insert(messageID)
      if state == .trial || (state == .closed && refused.count >= Self.refusalsToOpen) { open(.refusing) }
    }
  }

  /// A probe has ended.
  mutating func probed(isThere: Bool) {
    guard case .open(let cause) = state else { return }
    if isThere {
      // What was refused before says nothing about an application that is back.
      refused = []
      state = cause == .refusing ? .trial : .closed
    } else {
      attempts += 1
    }
  }

  private mutating func open(_ cause: Cause) {
    state = .open(cause)
    attempts += 1
    refused = []
  }
}
