import Locks
internal import ServiceLifecycle

/// Keeps the queues for the length of the program: one lock, one clock, and the task that wakes waiting receives in time.
final class QueueHost: Service {
  private struct State: Sendable {
    var store: QueueStore
    var polls = LongPolls()
    var waiting: [LongPolls.ID: CheckedContinuation<Result<[ReceivedMessage], SQSError>, Never>] = [:]
    var calls: [String: Int] = [:]
    var isClosing = false
    /// For when the waking task has set its alarm.
    var alarm: Timestamp?
  }

  private typealias Resumption = (
    waiter: CheckedContinuation<Result<[ReceivedMessage], SQSError>, Never>, result: Result<[ReceivedMessage], SQSError>
  )

  let limits: QueueLimits
  let now: @Sendable () -> Timestamp
  private let state: Locked<State>
  private let doorbell = Doorbell()

  init(store: QueueStore, now: @escaping @Sendable () -> Timestamp) {
    self.now = now
    limits = store.limits
    state = Locked(State(store: store))
  }

  /// Does something with the queues; whoever waits for its outcome is answered at once.
  func perform<Answer>(
    _ change: (inout QueueStore, Timestamp) throws(SQSError) -> Answer
  ) throws(SQSError) -> Answer {
    try locked { (state: inout State, now) throws(SQSError) in try change(&state.store, now) }
  }

  /// A picture of everything, at one moment.
  var stats: Stats {
    locked { (state: inout State, now) in
      state.store.advance(to: now)
      return Stats(calls: state.calls, store: state.store)
    }
  }

  /// Receives that wait now.
  var waitingCount: Int { state.withLock { $0.polls.count } }

  func note(call: String) {
    state.withLock { $0.calls[call, default: 0] += 1 }
  }

  /// Receives, waiting up to `wait` seconds (nil: as long as the queue says) for the first message.
  ///
  /// A cancelled wait ends empty; a message is never taken for a receive that is already cancelled.
  func receive(
    _ request: ReceiveRequest, from queue: String, wait: Int?
  ) async throws(SQSError) -> [ReceivedMessage] {
    let id = Locked<LongPolls.ID?>(nil)
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation {
        (waiter: CheckedContinuation<Result<[ReceivedMessage], SQSError>, Never>) in
        let immediate = begin(request, from: queue, wait: wait, waiter: waiter, id: id)
        if let immediate { waiter.resume(returning: immediate) }
        // A cancellation that came before the receive had its place in line found nothing to end.
        if Task.isCancelled, let id = id.withLock({ $0 }) { end(id) }
      }
    } onCancel: {
      if let id = id.withLock({ $0 }) { end(id) }
    }
    let messages = try result.get()
    if messages.isEmpty { state.withLock { $0.store.noteEmptyReceive(queue) } }
    return messages
  }

  /// The outcome if there is one now; else the receive is put in line.
  private func begin(
    _ request: ReceiveRequest, from queue: String, wait: Int?,
    waiter: CheckedContinuation<Result<[ReceivedMessage], SQSError>, Never>, id: Locked<LongPolls.ID?>
  ) -> Result<[ReceivedMessage], SQSError>? {
    locked { (state: inout State, now) in
      do throws(SQSError) {
        let standard = try state.store.queue(queue).attributes.wait
        let wait = wait ?? standard
        var request = request
        request.isShortPoll = wait == 0
        let messages = try state.store.receive(request, from: queue, now: now)
        guard messages.isEmpty, wait > 0, !state.isClosing, !Task.isCancelled else { return .success(messages) }
        let poll = state.polls.add(request, queue: queue, until: now.adding(seconds: wait))
        state.waiting[poll] = waiter
        id.withLock { $0 = poll }
        return nil
      } catch {
        return .failure(error)
      }
    }
  }

  private func end(_ id: LongPolls.ID) {
    let waiter = state.withLock { state in
      state.polls.remove(id) ? state.waiting.removeValue(forKey: id) : nil
    }
    waiter?.resume(returning: .success([]))
  }

  /// Wakes waiting receives when time alone makes a message visible or ends a wait, until shutdown; then ends all waits.
  func run() async throws {
    await cancelWhenGracefulShutdown { [self] in
      while !Task.isCancelled {
        let alarm: Timestamp? = locked { (state: inout State, _) in
          state.alarm = state.polls.nextWake(in: state.store)
          return state.alarm
        }
        await doorbell.sleep(for: alarm.map { max(.milliseconds(1), $0.since(now())) })
      }
    }
    close()
  }

  /// Ends all waits empty; from now on no receive waits.
  func close() {
    let resumptions: [Resumption] = state.withLock { state in
      state.isClosing = true
      return Self.resumptions(state.polls.endAll(), &state)
    }
    for (waiter, result) in resumptions { waiter.resume(returning: result) }
  }

  /// Runs with the lock held, then answers whoever can be answered, then sees to it that the waking task is not late.
  private func locked<Answer, Failure: Error>(
    _ body: (inout State, Timestamp) throws(Failure) -> Answer
  ) throws(Failure) -> Answer {
    var resumptions: [Resumption] = []
    var mustRing = false
    defer {
      for (waiter, result) in resumptions { waiter.resume(returning: result) }
      if mustRing { doorbell.ring() }
    }
    return try state.withLock { (state: inout State) throws(Failure) -> Answer in
      let now = now()
      defer {
        resumptions = Self.resumptions(state.polls.answers(from: &state.store, now: now), &state)
        if let next = state.polls.nextWake(in: state.store) { mustRing = state.alarm.map { next < $0 } ?? true }
      }
      return try body(&state, now)
    }
  }

  private static func resumptions(_ answers: [LongPolls.Answer], _ state: inout State) -> [Resumption] {
    answers.compactMap { answer in
      state.waiting.removeValue(forKey: answer.id).map { ($0, answer.result) }
    }
  }
}
