@testable import Daemon

extension ApplicationGate {
  /// A POST that took no time.
  func posted(_ messageID: String, _ outcome: Outcome, succeeded: Bool) {
    posted(messageID, outcome, succeeded: succeeded, sentAt: .now)
  }
}
