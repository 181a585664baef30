/// What worker-server answers to `GET /health`: `{"status":"ok","running":0,"waiting":0,"concurrency":10,"waitingLimit":100}`.
///
/// Written and read here, so that the daemon can see at its start that it would send more than the server can hold.
package struct WorkerHealth: Sendable, Equatable {
  package var isDraining: Bool
  /// Jobs, and requests that wait for one to end, at this moment.
  package var running: Int
  package var waiting: Int
  /// The most of both.
  package var concurrency: Int
  package var waitingLimit: Int

  package init(isDraining: Bool, running: Int, waiting: Int, concurrency: Int, waitingLimit: Int) {
    self.isDraining = isDraining
    self.running = running
    self.waiting = waiting
    self.concurrency = concurrency
    self.waitingLimit = waitingLimit
  }

  /// How many requests can be under way at once; one more is answered with 503.
  package var capacity: Int { concurrency + waitingLimit }

  package var json: String {
    #"{"status":"\#(isDraining ? "draining" : "ok")","running":\#(running),"waiting":\#(waiting),"#
      + #""concurrency":\#(concurrency),"waitingLimit":\#(waitingLimit)}"#
  }
}

extension WorkerHealth {
  /// Longer answers are other servers'.
  package static let longestText = 1024
  private static let largestNumber = 1_000_000

  /// Nil for everything that is not this answer: most applications have a health page of their own, and say what they
  /// like there. Members may come in any order, with others between them that a later version may add.
  package init?(parsing bytes: [UInt8]) {
    guard bytes.count <= Self.longestText, let members = FlatJSON.members(of: bytes) else { return nil }
    func number(_ name: String) -> Int? {
      members[name].flatMap { Int($0) }.flatMap { (0...Self.largestNumber).contains($0) ? $0 : nil }
    }
    guard let status = members["status"], [#""ok""#, #""draining""#].contains(status),
      let running = number("running"), let waiting = number("waiting"), let concurrency = number("concurrency"),
      let waitingLimit = number("waitingLimit")
    else { return nil }
    self.init(
      isDraining: status != #""ok""#, running: running, waiting: waiting, concurrency: concurrency,
      waitingLimit: waitingLimit)
  }
}
