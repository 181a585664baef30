import HTTPCore
import Locks

/// One run of a job: those who asked for it, and the answer that they all get.
final class MessageRun: Sendable {
  typealias Answer = HTTPResponse

  private struct State: Sendable {
    var clients = 1
    var answer: Answer?
    var whenAbandoned: (@Sendable () -> Void)?
  }

  private let state = Locked(State())
  private let ended = Latch()

  /// Waits for the answer. Nil when whoever was to run the message gave up before it began, or when the calling task is
  /// cancelled.
  func answer() async -> Answer? {
    await ended.wait()
    return state.withLock(\.answer)
  }

  func join() {
    state.withLock { $0.clients += 1 }
  }

  /// One of those who asked is gone.
  func leave() {
    let abandoned = state.withLock { state in
      state.clients -= 1
      return state.clients == 0 ? state.whenAbandoned : nil
    }
    abandoned?()
  }

  /// Calls `action` when nobody is left, at once if that is so already.
  func whenAbandoned(_ action: @escaping @Sendable () -> Void) {
    let isAbandoned = state.withLock { state in
      state.whenAbandoned = action
      return state.clients == 0
    }
    if isAbandoned { action() }
  }

  func end(with answer: Answer?) {
    state.withLock { state in
      state.answer = answer
      // It holds the job.
      state.whenAbandoned = nil
    }
    ended.open()
  }
}
