import Locks
import Logging
import ServiceLifecycle

/// Tells SQS what became of messages, in batches, until SQS has taken it in.
///
/// It is a service that ends after the poller: settling what is done must survive the shutdown, or finished work would
/// be done again. Deliveries hand over and go on; only when `limit` settlements are pending do they wait.
final class Settler: Service {
  /// How long the flush at shutdown may take, retries included.
  static let flushTimeout: Duration = .seconds(5)

  private struct State {
    var batches = SettlementBatches()
    /// Handed over and not ended.
    var pending = 0
    var limit: Int
    var flushDeadline: ContinuousClock.Instant?
    var hasEnded = false
    var waitingForRoom: [CheckedContinuation<Void, Never>] = []

    var hasRoom: Bool { pending < limit }
  }

  private let call: SettlementCall
  private let flushTimeout: Duration
  private let clock: ContinuousClock
  private let changes = Doorbell()
  private let state: Locked<State>

  init(
    queue: any MessageQueue, limit: Int, counters: Counters = Counters(), logger: Logger,
    flushTimeout: Duration = Settler.flushTimeout, clock: ContinuousClock = ContinuousClock()
  ) {
    self.flushTimeout = flushTimeout
    call = SettlementCall(queue: queue, counters: counters, logger: logger, clock: clock)
    self.clock = clock
    state = Locked(State(limit: limit))
  }

  /// Takes a settlement over. Returns once it is in a batch, not once SQS knows it.
  func settle(_ settlement: Settlement) async {
    await untilRoom()
    add(settlement)
  }

  /// Returns once fewer than `limit` settlements are pending.
  private func untilRoom() async {
    while !state.withLock({ $0.hasRoom }) {
      await withCheckedContinuation { continuation in
        let hasRoom = state.withLock { state in
          if !state.hasRoom { state.waitingForRoom.append(continuation) }
          return state.hasRoom
        }
        if hasRoom { continuation.resume() }
      }
    }
  }

  /// The same, and returns what became of it. It does not wait for a batch to fill, and ends when the task is cancelled.
  /// `onTaken` is called once there is room for it.
  func confirm(_ settlement: Settlement, onTaken: () -> Void = {}) async -> Settlement.End {
    await untilRoom()
    onTaken()
    let end = Observed<Settlement.End?>(nil)
    let onEnd = settlement.onEnd
    var settlement = settlement
    settlement.isUrgent = true
    settlement.onEnd = { result in
      onEnd(result)
      end.update { $0 = result }
    }
    add(settlement)
    await end.wait { $0 != nil }
    return end.value ?? .givenUp
  }

  private func add(_ settlement: Settlement) {
    let now = clock.now
    let onEnd = settlement.onEnd
    var counted = settlement
    counted.onEnd = { [self] end in
      onEnd(end)
      ended()
    }
    let isNews: Bool? = state.withLock { [counted] state in
      guard !state.hasEnded else { return nil }
      state.pending += 1
      let dueBefore = state.batches.nextDue
      state.batches.add(counted, now: now)
      // The loop needs to look only when a batch is full, or due sooner than it thinks.
      return state.batches.nextDue != dueBefore || state.batches.isFull || state.flushDeadline != nil
    }
    guard let isNews else { return call.giveUp(settlement, "the program has ended") }
    if isNews { changes.ring() }
  }

  /// Lets everybody in who waits for room. A poller that ends must not wait for an SQS that takes nothing; what comes in now
  /// is bounded by its slots.
  func liftLimit() {
    state.withLock { $0.limit = .max }
    makeRoom()
  }

  func run() async throws {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.sendAll() }
      group.addTask {
        // Throws when this service was cancelled instead.
        guard (try? await gracefulShutdown()) != nil else { return }
        self.flush()
        try? await self.clock.sleep(for: self.flushTimeout)
      }
      await group.next()
      group.cancelAll()
    }
    giveUp()
  }

  private func flush() {
    let deadline = clock.now.advanced(by: flushTimeout)
    state.withLock { $0.flushDeadline = deadline }
    changes.ring()
  }

  private func sendAll() async {
    await withDiscardingTaskGroup { sends in
      while !Task.isCancelled {
        let now = clock.now
        let (batch, isFlushing, nextDue) = state.withLock { state in
          let isFlushing = state.flushDeadline != nil
          return (state.batches.next(now: now, isFlushing: isFlushing), isFlushing, state.batches.nextDue)
        }
        if let batch {
          sends.addTask { await self.call.send(batch) { self.state.withLock { $0.flushDeadline } } }
        } else if isFlushing {
          return
        } else {
          await changes.wait(until: nextDue, clock: clock)
        }
      }
    }
  }

  private func ended() {
    state.withLock { $0.pending -= 1 }
    makeRoom()
  }

  private func makeRoom() {
    let waiting = state.withLock { state in
      guard state.hasRoom else { return [CheckedContinuation<Void, Never>]() }
      defer { state.waitingForRoom = [] }
      return state.waitingForRoom
    }
    for continuation in waiting { continuation.resume() }
  }

  /// Nothing is sent any more; a delivery that still waits must not wait for ever.
  private func giveUp() {
    let left = state.withLock { state in
      state.hasEnded = true
      state.limit = .max
      return state.batches.removeAll()
    }
    for settlement in left { call.giveUp(settlement, "the program has ended") }
    makeRoom()
  }
}
