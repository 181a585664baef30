import Logging
import ServiceLifecycle

/// Lets the jobs end when the server is told to stop.
///
/// It stands after the HTTP server in the list of services, so it is told first: requests get their 503 and
/// `/health` says "draining" while the server still listens and the answers of running jobs still go out.
struct JobDrain: Service {
  let slots: JobSlots
  let ticks: TickGate
  let runner: JobRunner
  let calls: ApplicationCalls
  /// From the signal until no job may run any more.
  let grace: Duration
  let killAfter: Duration
  let logger: Logger
  /// Called when jobs had to be told to stop.
  let onForced: @Sendable () -> Void
  /// Called when a job is still there long after its SIGKILL, which happens in the kernel's uninterruptible sleep.
  let onStuck: @Sendable () -> Void

  func run() async throws {
    do {
      try await gracefulShutdown()
    } catch {
      // Another service has failed and everything is cancelled: there is nobody left to answer to.
      slots.close()
      ticks.close()
      runner.killAll()
      calls.terminateAll()
      return
    }
    slots.close()
    ticks.close()
    let running = slots.counts.running
    logger.info("draining", metadata: ["jobs.running": .stringConvertible(running)])
    await withDiscardingTaskGroup { group in
      group.addTask { await force() }
      await slots.untilIdle()
      group.cancelAll()
    }
  }

  private func force() async {
    do {
      try await Task.sleep(for: max(.zero, grace - killAfter))
      let processes = slots.counts.running - calls.count
      if processes > 0 {
        logger.warning(
          "the grace period ends: jobs are told to stop", metadata: ["jobs.running": .stringConvertible(processes)])
        onForced()
      }
      runner.terminateAll(killAfter: min(grace, killAfter))
      try await Task.sleep(for: min(grace, killAfter))
      // An application cannot be told to stop, so its calls have all of the time.
      if calls.count > 0 {
        logger.warning(
          "the grace period has ended: calls are given up", metadata: ["jobs.running": .stringConvertible(calls.count)])
        onForced()
      }
      calls.terminateAll()
      try await Task.sleep(for: .seconds(5))
      onStuck()
    } catch {
      // Cancelled, because all jobs have ended.
    }
  }
}
