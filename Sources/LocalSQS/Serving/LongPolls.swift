/// The receives that wait for a message: a pure value beside the store.
///
/// Within a queue the one that has waited longest is served first. Nobody polls the store in a loop: a waiting receive is
/// looked at when something happened in its queue, when a delay or visibility timeout ends, and at its own end.
struct LongPolls: Sendable {
  typealias ID = UInt64

  struct Answer: Sendable {
    let id: ID
    let result: Result<[ReceivedMessage], SQSError>
  }

  private struct Poll: Sendable {
    let queue: String
    let request: ReceiveRequest
  }

  private var polls: [ID: Poll] = [:]
  private var lines: [String: IndexedHeap<ID, ID>] = [:]
  private var byEnd = IndexedHeap<ID, Timestamp>()
  private var lastID: ID = 0

  var count: Int { polls.count }

  /// `until` is when it is to be answered in any case.
  mutating func add(_ request: ReceiveRequest, queue: String, until: Timestamp) -> ID {
    lastID += 1
    polls[lastID] = Poll(queue: queue, request: request)
    lines[queue, default: IndexedHeap()].set(lastID, to: lastID)
    byEnd.set(lastID, to: until)
    return lastID
  }

  /// False when it was answered already.
  @discardableResult
  mutating func remove(_ id: ID) -> Bool {
    guard let poll = polls.removeValue(forKey: id) else { return false }
    byEnd.remove(id)
    lines[poll.queue]?.remove(id)
    if lines[poll.queue]?.isEmpty == true { lines[poll.queue] = nil }
    return true
  }

  /// Answers whoever can be answered now: those for whom there is a message, those whose time is up, and those whose queue
  /// is gone.
  mutating func answers(from store: inout QueueStore, now: Timestamp) -> [Answer] {
    var answers: [Answer] = []
    var queues = store.takeAwakened()
    for queue in lines.keys {
      if let event = store.nextEvent(in: queue), event <= now { queues.insert(queue) }
    }
    while let queue = queues.popFirst() {
      serve(queue, from: &store, now: now, &answers)
      // A receive may have moved messages to a dead-letter queue where somebody waits.
      queues.formUnion(store.takeAwakened())
    }
    while let first = byEnd.first, first.key <= now {
      remove(first.id)
      answers.append(Answer(id: first.id, result: .success([])))
    }
    return answers
  }

  /// Ends all waiting, at shutdown.
  mutating func endAll() -> [Answer] {
    let answers = polls.keys.sorted().map { Answer(id: $0, result: .success([])) }
    for answer in answers { remove(answer.id) }
    return answers
  }

  /// When `answers` has something to do although nobody calls; nil if nobody waits.
  func nextWake(in store: QueueStore) -> Timestamp? {
    lines.keys.compactMap { store.nextEvent(in: $0) }.reduce(byEnd.first?.key) { earliest, event in
      earliest.map { min($0, event) }
    }
  }

  private mutating func serve(
    _ queue: String, from store: inout QueueStore, now: Timestamp, _ answers: inout [Answer]
  ) {
    while let id = lines[queue]?.first?.id, let poll = polls[id] {
      do {
        let messages = try store.receive(poll.request, from: queue, now: now)
        guard !messages.isEmpty else { return }
        answers.append(Answer(id: id, result: .success(messages)))
      } catch {
        answers.append(Answer(id: id, result: .failure(error)))
      }
      remove(id)
    }
  }
}
