/// Who may run a job, who waits for a slot, and who is turned away. First come, first served.
struct Capacity: Sendable {
  typealias Ticket = Int

  enum Admission: Sendable, Equatable {
    case granted
    case waiting
    /// All slots and all waiting places are taken.
    case full
    case closed
  }

  let concurrency: Int
  let waitingLimit: Int
  private(set) var running = 0
  private(set) var isClosed = false
  private var line: [Ticket] = []

  init(concurrency: Int, waitingLimit: Int) {
    self.concurrency = concurrency
    self.waitingLimit = waitingLimit
  }

  var waiting: Int { line.count }

  mutating func enter(_ ticket: Ticket) -> Admission {
    if isClosed { return .closed }
    if running < concurrency {
      running += 1
      return .granted
    }
    guard line.count < waitingLimit else { return .full }
    line.append(ticket)
    return .waiting
  }

  /// A job has ended. Its slot goes to the ticket that is returned, or becomes free.
  mutating func leave() -> Ticket? {
    if !line.isEmpty { return line.removeFirst() }
    running -= 1
    return nil
  }

  /// A waiting request gives up; false when it does not wait (any more).
  mutating func withdraw(_ ticket: Ticket) -> Bool {
    guard let place = line.firstIndex(of: ticket) else { return false }
    line.remove(at: place)
    return true
  }

  /// Nobody enters from now on. Returns all who waited; whoever runs, runs on.
  mutating func close() -> [Ticket] {
    isClosed = true
    defer { line = [] }
    return line
  }
}
