import Locks

/// Lets one task sleep until a moment, or until somebody rings. A ring with nobody asleep is kept for the next sleeper.
final class Doorbell: Sendable {
  private enum State {
    case quiet
    case rung
    case awaited(CheckedContinuation<Void, Never>)
  }

  private let state = Locked(State.quiet)

  func ring() {
    let sleeper: CheckedContinuation<Void, Never>? = state.withLock { state in
      guard case .awaited(let sleeper) = state else {
        state = .rung
        return nil
      }
      state = .quiet
      return sleeper
    }
    sleeper?.resume()
  }

  /// Returns after the duration (nil: never), at a ring, or when the task is cancelled.
  func sleep(for duration: Duration?) async {
    await withTaskGroup(of: Void.self) { group in
      if let duration { group.addTask { try? await Task.sleep(for: duration) } }
      group.addTask { await self.wait() }
      await group.next()
      group.cancelAll()
    }
  }

  private func wait() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { (sleeper: CheckedContinuation<Void, Never>) in
        let isAwake = state.withLock { state in
          if case .rung = state {
            state = .quiet
            return true
          }
          state = .awaited(sleeper)
          return false
        }
        if isAwake { sleeper.resume() }
      }
    } onCancel: {
      ring()
    }
  }
}
