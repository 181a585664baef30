import Locks

/// ``Capacity`` as tasks see it: a request waits here for its slot, shutdown for the last one to be free.
final class JobSlots: Sendable {
  /// What a request that asked for a slot gets.
  enum Entry: Sendable, Equatable {
    /// A slot, to be given back by ``leave()``.
    case granted
    case full
    case draining
    /// The asking task was cancelled while it waited.
    case withdrawn
  }

  struct Counts: Sendable, Equatable {
    var concurrency: Int
    var running: Int
    var waiting: Int
    var waitingLimit: Int
    var isDraining: Bool
  }

  private struct State: Sendable {
    var capacity: Capacity
    var lastTicket: Capacity.Ticket = 0
    var waiters: [Capacity.Ticket: CheckedContinuation<Entry, Never>] = [:]
    var idleWaiters: [CheckedContinuation<Void, Never>] = []

    mutating func takeIdleWaiters() -> [CheckedContinuation<Void, Never>] {
      guard capacity.isClosed, capacity.running == 0 else { return [] }
      defer { idleWaiters = [] }
      return idleWaiters
    }
  }

  private let state: Locked<State>

  init(concurrency: Int, waitingLimit: Int) {
    state = Locked(State(capacity: Capacity(concurrency: concurrency, waitingLimit: waitingLimit)))
  }

  var counts: Counts {
    state.withLock {
      Counts(
        concurrency: $0.capacity.concurrency, running: $0.capacity.running, waiting: $0.capacity.waiting,
        waitingLimit: $0.capacity.waitingLimit, isDraining: $0.capacity.isClosed)
    }
  }

  /// A slot if one is free at this moment; nil when the request would have to wait.
  func enterWithoutWaiting() -> Entry? {
    state.withLock { state in
      guard !state.capacity.isClosed else { return .draining }
      guard state.capacity.running < state.capacity.concurrency else { return nil }
      return state.capacity.enter(0) == .granted ? .granted : nil
    }
  }

  /// Waits for a slot, if there is a place to wait.
  func enter() async -> Entry {
    let ticket = state.withLock { state in
      state.lastTicket += 1
      return state.lastTicket
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let entry: Entry? = state.withLock { state in
          switch state.capacity.enter(ticket) {
          case .granted: return .granted
          case .full: return .full
          case .closed: return .draining
          case .waiting:
            state.waiters[ticket] = continuation
            return nil
          }
        }
        if let entry {
          continuation.resume(returning: entry)
        } else if Task.isCancelled {
          // The handler below may have run before there was anything to withdraw.
          withdraw(ticket)
        }
      }
    } onCancel: {
      withdraw(ticket)
    }
  }

  func leave() {
    let (next, idle) = state.withLock { state in
      let next = state.capacity.leave().flatMap { state.waiters.removeValue(forKey: $0) }
      return (next, state.takeIdleWaiters())
    }
    next?.resume(returning: .granted)
    for waiter in idle { waiter.resume() }
  }

  /// No request gets a slot from now on, and those that wait for one are told at once.
  func close() {
    let (waiting, idle) = state.withLock { state in
      let waiting = state.capacity.close().compactMap { state.waiters.removeValue(forKey: $0) }
      return (waiting, state.takeIdleWaiters())
    }
    for waiter in waiting { waiter.resume(returning: .draining) }
    for waiter in idle { waiter.resume() }
  }

  /// Returns when the slots are closed and all free. Ends early only by that: not by cancellation.
  func untilIdle() async {
    await withCheckedContinuation { continuation in
      let ready = state.withLock { state in
        state.idleWaiters.append(continuation)
        return state.takeIdleWaiters()
      }
      for waiter in ready { waiter.resume() }
    }
  }

  private func withdraw(_ ticket: Capacity.Ticket) {
    let waiter = state.withLock { state in
      state.capacity.withdraw(ticket) ? state.waiters.removeValue(forKey: ticket) : nil
    }
    waiter?.resume(returning: .withdrawn)
  }
}
