import Locks
import CProcess

/// How other threads reach a spawner's: a list of commands and a descriptor that wakes its epoll.
final class SpawnerInbox: Sendable {
  enum Order: Sendable {
    case start(Job, JobWait)
    /// Of the job that this wait belongs to.
    case terminate(JobWait, JobEnd.Stop)
    case terminateAll(killAfter: Duration)
    /// The thread ends as soon as it has no job.
    case finish
  }

  private struct State: Sendable {
    var orders: [Order] = []
    /// A sleeping loop is woken once, by the first order; a running one looks by itself.
    var isAwake = true
  }

  private let state = Locked(State())
  let waker: Descriptor

  init() throws(JobStartError) {
    waker = try Descriptor(cprocess_waker(), for: "an eventfd")
  }

  func send(_ order: Order) {
    let mustWake = state.withLock { state -> Bool in
      state.orders.append(order)
      defer { state.isAwake = true }
      return !state.isAwake
    }
    if mustWake { cprocess_wake(waker.number) }
  }

  /// On the loop's own thread, when the waker's event has come.
  func seeWake() {
    cprocess_wake_seen(waker.number)
  }

  /// All orders so far. When there are none and the caller may sleep, the next one will wake it.
  func take(beforeSleeping: Bool) -> [Order] {
    state.withLock { state in
      guard !state.orders.isEmpty else {
        state.isAwake = !beforeSleeping
        return []
      }
      state.isAwake = true
      defer { state.orders = [] }
      return state.orders
    }
  }
}
