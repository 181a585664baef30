import Glibc
import Testing

@testable import Server

/// What a runner leaves behind in the whole process. The counting tests run in a process of their own, because other
/// tests beside them open descriptors and have children too.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct ResourceTests {
  @Test func `two thousand jobs all end well`() async throws {
    let runner = try JobRunner()
    let failures = await run(2_000, atOnce: 10, on: runner)
    #expect(failures == 0)
    #expect(runner.runningCount == 0)
  }

  @Test func `fifty jobs at once leave no descriptor and no zombie`() async {
    let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
      let runner = try JobRunner()
      _ = await run(10, atOnce: 10, on: runner)
      let before = descriptors()
      for _ in 0..<4 {
        let failures = await run(50, atOnce: 50, on: runner)
        precondition(failures == 0)
      }
      precondition(descriptors() == before, "\(descriptors()) is not \(before)")
      precondition(hasNoChildren(), "there are children left")
    }
    if let result, !result.standardErrorContent.isEmpty {
      #expect(Bool(false), "\(String(decoding: result.standardErrorContent.prefix(1000), as: UTF8.self))")
    }
  }

  @Test func `jobs that cannot start leave no descriptor`() async {
    await #expect(processExitsWith: .success) {
      let runner = try JobRunner()
      _ = await runner.run(Job(Command(words: "/no/such/program")))
      let before = descriptors()
      for _ in 0..<100 { _ = await runner.run(Job(Command(words: "/etc/passwd"), input: [1])) }
      precondition(descriptors() == before)
    }
  }

  @Test func `without descriptors a job fails with the reason, and the next one runs`() async {
    await #expect(processExitsWith: .success) {
      let runner = try JobRunner()
      var limits = rlimit()
      unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
      let old = limits
      // The lowest free number and two more: a job needs five.
      let free = dup(0)
      close(free)
      limits.rlim_cur = rlim_t(free + 3)
      unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
      let end = await runner.run(Job(Command(words: "/bin/true")))
      guard case .notStarted(let error) = end.outcome else { preconditionFailure("\(end)") }
      precondition(error.code == .resources && error.message.contains("ulimit -n"), error.message)
      limits = old
      unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
      let next = await runner.run(Job(Command(words: "/bin/true")))
      precondition(next.succeeded)
    }
  }

  @Test func `an ignored SIGCHLD from the parent does not hide how jobs end`() async {
    await #expect(processExitsWith: .success) {
      signal(SIGCHLD, SIG_IGN)
      let runner = try JobRunner()
      let end = await runner.run(Job(Command(words: "/bin/false")))
      precondition(end.outcome == .exited(code: 1))
    }
  }

  @Test func `a zombie that is no job is taken away, a job's is not`() async {
    await #expect(processExitsWith: .success) {
      let processes = ProcessTable()
      let job = processes.start(spawnTrue)
      let orphan = spawnTrue()
      precondition(job > 0 && orphan > 0)
      // Until both are zombies. WNOWAIT leaves them so.
      for child in [job, orphan] { precondition(hasEnded(child)) }
      // A job's zombie in front hides what is behind it until its owner has reaped it.
      processes.reapOrphans()
      precondition(waitpid(job, nil, 0) == job)
      processes.remove(job)
      processes.reapOrphans()
      precondition(hasNoChildren())
    }
  }

  @Test func `a runner that is let go ends its threads`() async {
    await #expect(processExitsWith: .success) {
      var runner: JobRunner? = try JobRunner(threads: 5)
      _ = await runner?.run(Job(Command(words: "/bin/true")))
      let with = threads()
      runner = nil
      for _ in 0..<500 where threads() > with - 5 { try await Task.sleep(for: .milliseconds(10)) }
      precondition(threads() <= with - 5)
    }
  }
}

/// Runs `/bin/true`; returns how often that failed.
private func run(_ count: Int, atOnce: Int, on runner: JobRunner) async -> Int {
  await withTaskGroup(of: Int.self) { group in
    for _ in 0..<atOnce {
      group.addTask {
        var failures = 0
        for _ in 0..<count / atOnce where await !runner.run(Job(Command(words: "/bin/true"), input: [1])).succeeded {
          failures += 1
        }
        return failures
      }
    }
    return await group.reduce(0, +)
  }
}

/// A child that no runner knows of.
@Sendable private func spawnTrue() -> pid_t {
  var child: pid_t = 0
  let arguments = CStringList(["true"])
  let error = unsafe arguments.withPointers { unsafe posix_spawn(&child, "/bin/true", nil, nil, $0, $0 + 1) }
  return error == 0 ? child : -error
}

/// Waits until the child has ended, and leaves it a zombie.
private func hasEnded(_ child: pid_t) -> Bool {
  var information = unsafe siginfo_t()
  return unsafe waitid(P_PID, id_t(child), &information, WEXITED | WNOWAIT) == 0
}

private func entries(_ directory: String) -> [String] {
  guard let open = unsafe opendir(directory) else { return [] }
  defer { unsafe closedir(open) }
  var names: [String] = []
  while let entry = unsafe readdir(open) {
    let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    if !name.hasPrefix(".") { names.append(name) }
  }
  return names.sorted()
}

private func descriptors() -> [String] { entries("/proc/self/fd") }

private func threads() -> Int { entries("/proc/self/task").count }

/// True when this process has neither a running child nor a zombie.
private func hasNoChildren() -> Bool {
  waitpid(-1, nil, WNOHANG) == -1 && errno == ECHILD
}
