import Locks

/// What other threads hand to the loop. The loop's own thread passes it by.
final class LoopInbox: Sendable {
  enum Command {
    case start(Call)
    case cancel(Call)
  }

  /// Everything that came since the last look. The loop keeps one and swaps, so that neither side allocates.
  struct Mail {
    var commands: [Command] = []
    var jobs: [UnownedJob] = []
    var isClosing = false
  }

  private struct State {
    var mail = Mail()
    /// The loop will look into the inbox before it waits again, so that nobody needs to wake it.
    var isAwake = true
    /// Nil once the loop has ended.
    var waker: MultiHandle.Waker?
  }

  private let state: Locked<State>

  init(waker: MultiHandle.Waker) { state = Locked(State(waker: waker)) }

  /// False if the loop has ended; the command is not kept then.
  func post(_ command: Command) -> Bool { post { $0.commands.append(command) } }

  /// False if the loop has ended; the job is not kept then.
  func post(_ job: UnownedJob) -> Bool { post { $0.jobs.append(job) } }

  func close() { _ = post { $0.isClosing = true } }

  private func post(_ change: (inout Mail) -> Void) -> Bool {
    state.withLock { state in
      guard let waker = state.waker else { return false }
      change(&state.mail)
      if !state.isAwake {
        state.isAwake = true
        // Under the lock, because the loop frees its handle after it has taken the waker away under the same lock.
        waker.wake()
      }
      return true
    }
  }

  /// Empties the inbox into `mail`, whose own contents must have been dealt with. `isClosing` stays.
  func take(into mail: inout Mail) {
    mail.commands.removeAll(keepingCapacity: true)
    mail.jobs.removeAll(keepingCapacity: true)
    state.withLock { state in
      state.isAwake = true
      mail.isClosing = state.mail.isClosing
      swap(&mail, &state.mail)
    }
  }

  /// True if the loop may wait: from now on the first sender wakes it.
  func maySleep() -> Bool {
    state.withLock { state in
      state.isAwake = !(state.mail.commands.isEmpty && state.mail.jobs.isEmpty && !state.mail.isClosing)
      return !state.isAwake
    }
  }

  /// Ends the inbox: what was in it is returned, and every later `post` is refused.
  func end() -> Mail {
    state.withLock { state in
      state.waker = nil
      defer { state.mail = Mail() }
      return state.mail
    }
  }
}
