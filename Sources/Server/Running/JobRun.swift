/// A job that was started, as whoever started it sees it.
struct JobRun: Sendable {
  let inbox: SpawnerInbox
  let wait = JobWait()

  /// Waits for the job and returns how it ended; only one task may. Cancelling that task does not end the job: only its
  /// time limit, ``terminate(because:)`` or a shutdown does.
  ///
  /// `whileRunning` is called every ``Job/tickInterval``.
  func end(whileRunning: () async -> Void = {}) async -> JobEnd {
    while true {
      switch await wait.next() {
      case .tick: await whileRunning()
      case .ended(let end): return end
      }
    }
  }

  /// SIGTERM to the job's process group, SIGKILL after its ``Job/killAfter``. Does nothing when it has ended.
  func terminate(because reason: JobEnd.Stop) {
    inbox.send(.terminate(wait, reason))
  }
}
