import Locks
import Glibc
import TestSupport
import Testing

@testable import Server

@Suite(.timeLimit(.minutes(1)))
struct JobStoppingTests {
  let probe: JobProbe

  init() throws {
    probe = try JobProbe()
  }

  @Test func `a job over its time limit gets SIGTERM and may clean up`() async {
    let result = await probe.sh(
      "trap 'echo cleaning; exit 5' TERM; while :; do sleep 0.02; done", timeLimit: .milliseconds(300))
    #expect(result.end.outcome == .exited(code: 5))
    #expect(result.end.stop == .timeLimit)
    #expect(result.text() == ["cleaning"])
    #expect(!result.end.succeeded)
  }

  @Test func `a job that exits with 0 after its time limit has failed all the same`() async {
    let result = await probe.sh("trap 'exit 0' TERM; while :; do sleep 0.02; done", timeLimit: .milliseconds(200))
    #expect(result.end.outcome == .exited(code: 0))
    #expect(!result.end.succeeded)
  }

  @Test func `a job that ignores SIGTERM is killed`() async {
    let result = await probe.sh(
      "trap '' TERM; echo deaf; while :; do sleep 0.02; done", timeLimit: .milliseconds(200),
      killAfter: .milliseconds(300))
    #expect(result.end.outcome == .signalled(number: SIGKILL))
    #expect(result.end.stop == .timeLimit)
    #expect(result.end.duration >= .milliseconds(500))
    #expect(result.text() == ["deaf"])
  }

  @Test func `the group of a stopped job is swept when its leader is gone`() async throws {
    // The child ignores SIGTERM and outlives the leader, which does not.
    let result = await probe.sh(
      "(trap '' TERM; echo $(exec sh -c 'echo $PPID'); while :; do sleep 0.05; done) & wait",
      timeLimit: .milliseconds(300))
    #expect(result.end.outcome == .signalled(number: SIGTERM))
    let child = try #require(processID(result.text().first))
    // A zombie until init has seen it, so its state is asked and not its pid.
    #expect(await isGone(child))
  }

  @Test func `terminateAll ends every job, and no job starts after it`() async throws {
    let runner = try JobRunner()
    let started = TestSignal(0)
    let probe = try JobProbe(runner)
    try await withThrowingTaskGroup(of: JobEnd.self) { group in
      for _ in 0..<6 {
        group.addTask {
          await probe.sh("trap 'exit 3' TERM; echo up; while :; do sleep 0.02; done") { _ in started.update { $0 += 1 }
          }.end
        }
      }
      try await started.wait { $0 == 6 }
      runner.terminateAll(killAfter: .seconds(5))
      for try await end in group {
        #expect(end.outcome == .exited(code: 3))
        #expect(end.stop == .shutdown)
      }
    }
    let late = await probe.sh("echo late")
    guard case .notStarted(let error) = late.end.outcome else { return #expect(Bool(false), "\(late.end)") }
    #expect(error.code == .shuttingDown)
    #expect(runner.runningCount == 0)
  }

  @Test func `killAll ends jobs and their children at once`() async throws {
    let runner = try JobRunner()
    let started = TestSignal(0)
    let probe = try JobProbe(runner)
    async let running = probe.sh("trap '' TERM; sleep 60 & echo $!; wait") { _ in started.update { $0 += 1 } }
    try await started.wait { $0 == 1 }
    runner.killAll()
    let result = await running
    #expect(result.end.outcome == .signalled(number: SIGKILL))
    let child = try #require(processID(result.text().first))
    #expect(await isGone(child))
  }

  @Test func `cancelling the waiting task does not touch the job`() async throws {
    let started = TestSignal(0)
    let task = Task { await probe.sh("echo up; sleep 0.2; echo finished") { _ in started.update { $0 += 1 } } }
    try await started.wait { $0 == 1 }
    task.cancel()
    let result = await task.value
    #expect(result.text() == ["up", "finished"])
    #expect(result.end.succeeded)
  }

  @Test func `whoever waits hears at intervals that the job still runs`() async throws {
    let ticks = Locked(0)
    let runner = try JobRunner()
    let job = Job(
      Command(words: "/bin/sleep", "1"), tickInterval: .milliseconds(100))
    let end = await runner.run(job) { ticks.withLock { $0 += 1 } }
    #expect(end.succeeded)
    // Nine at best; a busy machine may merge some.
    #expect((1...10).contains(ticks.withLock { $0 }))
  }
}
