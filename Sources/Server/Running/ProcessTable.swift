import Locks
import CProcess
import Glibc

/// The processes that are jobs of ours. A pid is in the table from its start until just before it is reaped, so as
/// long as it is there, it and its process group cannot be anybody else's.
final class ProcessTable: Sendable {
  private struct State: Sendable {
    var processIDs: Set<pid_t> = []
    /// Children that exist, perhaps, and are not in the set yet.
    var starting = 0
  }

  private let state = Locked(State())

  var count: Int { state.withLock { $0.processIDs.count } }

  /// Starts a process by `spawn`, which returns a pid or a negative errno, and remembers it.
  func start(_ spawn: () -> pid_t) -> pid_t {
    state.withLock { $0.starting += 1 }
    let result = spawn()
    state.withLock { state in
      state.starting -= 1
      if result > 0 { state.processIDs.insert(result) }
    }
    return result
  }

  /// Must come before the process is reaped.
  func remove(_ processID: pid_t) {
    state.withLock { _ = $0.processIDs.remove(processID) }
  }

  /// Ends a process that nobody will watch.
  func abandon(_ processID: pid_t) {
    signalGroup(of: processID, SIGKILL)
    remove(processID)
    waitpid(processID, nil, 0)
  }

  /// SIGKILL to every job and its process group.
  func killAll() {
    state.withLock { state in
      for processID in state.processIDs { signalGroup(of: processID, SIGKILL) }
    }
  }

  /// Takes away the zombies that are no jobs. Init gives a process whose parent has ended to process 1, and in a
  /// container that is this program: the background children of jobs would stay zombies for ever. False when some may
  /// be left.
  @discardableResult
  func reapOrphans() -> Bool {
    state.withLock { state in
      // A child that is being started may already have ended and is in no set yet: another time, then.
      while state.starting == 0 {
        let processID = cprocess_peek_any()
        guard processID > 0 else { return true }
        // A job's zombie, which its own thread takes away, hides what is behind it.
        guard !state.processIDs.contains(processID) else { return false }
        _ = cprocess_reap_pid(processID)
      }
      return false
    }
  }
}

/// Sends a signal to a job's process group, or to the job alone if it has left its group.
func signalGroup(of processID: pid_t, _ signal: Int32) {
  // To kill(2) 0 is the caller's own group and -1 everybody.
  guard processID > 1 else { return }
  if kill(-processID, signal) != 0 { kill(processID, signal) }
}
