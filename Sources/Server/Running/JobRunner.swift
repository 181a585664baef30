import Glibc
import Synchronization

/// Runs commands as child processes.
///
/// Each job gets a process group of its own, its input as a file in memory, and its output read until it ends. It has
/// ended when its process has, not when its pipes have closed: a background child may hold those for ever.
///
/// Two threads start the jobs, because posix_spawn blocks until the child has exec'd, and one thread would leave a
/// core idle meanwhile.
final class JobRunner: Sendable {
  private let spawners: [Spawner]
  private let turn = Atomic<Int>(0)
  private let processes = ProcessTable()

  init(threads: Int = 2) throws(JobStartError) {
    // An ignored SIGCHLD, which a parent may hand down, would reap children before anybody sees how they ended.
    signal(SIGCHLD, SIG_DFL)
    var spawners: [Spawner] = []
    for _ in 0..<max(1, threads) { spawners.append(try Spawner(processes: processes)) }
    self.spawners = spawners
  }

  /// How many processes run.
  var runningCount: Int { processes.count }

  /// Starts one job. "It could not be started" is an end too, so nothing is thrown.
  func start(_ job: Job) -> JobRun {
    let index = turn.wrappingAdd(1, ordering: .relaxed).oldValue
    let run = JobRun(inbox: spawners[Int(UInt(bitPattern: index) % UInt(spawners.count))].inbox)
    run.inbox.send(.start(job, run.wait))
    return run
  }

  /// Runs one job and returns how it ended.
  func run(_ job: Job, whileRunning: () async -> Void = {}) async -> JobEnd {
    await start(job).end(whileRunning: whileRunning)
  }

  /// SIGTERM to the process group of every job, SIGKILL after `killAfter`. From now on no job starts.
  func terminateAll(killAfter: Duration) {
    for spawner in spawners { spawner.inbox.send(.terminateAll(killAfter: killAfter)) }
  }

  /// SIGKILL to every job and its group, at once; for a program that is about to exit itself.
  func killAll() {
    processes.killAll()
  }
}
