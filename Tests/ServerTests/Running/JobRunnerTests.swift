import Glibc
import TestSupport
import Testing

@testable import Server

@Suite(.timeLimit(.minutes(1)))
struct JobRunnerTests {
  let probe: JobProbe

  init() throws {
    probe = try JobProbe()
  }

  // MARK: Ends

  @Test(arguments: [0, 1, 7, 126, 255])
  func `an exit code is reported as it is`(code: Int32) async {
    let result = await probe.sh("exit \(code)")
    #expect(result.end.outcome == .exited(code: code))
    #expect(result.end.succeeded == (code == 0))
    #expect(result.end.stop == nil)
    #expect(result.end.processID != nil)
  }

  @Test(arguments: [SIGSEGV, SIGKILL, SIGTERM, SIGPIPE])
  func `death by a signal is no exit code`(signal: Int32) async {
    let result = await probe.sh("kill -\(signal) $$")
    #expect(result.end.outcome == .signalled(number: signal))
    #expect(!result.end.succeeded)
  }

  @Test func `signals that this process ignores are at their default in the job`() async {
    signal(SIGPIPE, SIG_IGN)
    let result = await probe.sh("yes | head -n 1; kill -PIPE $$; echo survived")
    #expect(result.end.outcome == .signalled(number: SIGPIPE))
    #expect(result.text() == ["y"])
  }

  @Test func `the duration is the job's`() async {
    let result = await probe.sh("sleep 0.2")
    #expect(result.end.duration >= .milliseconds(200))
  }

  // MARK: Input

  @Test func `a job that does not read its megabyte of input succeeds`() async {
    let result = await probe.run(Job(Command(words: "/bin/true"), input: pattern(count: 1 << 20)))
    #expect(result.end.outcome == .exited(code: 0))
  }

  @Test func `a job that closes its input succeeds`() async {
    let result = await probe.sh("exec 0<&-; sleep 0.05; echo done", input: pattern(count: 1 << 20))
    #expect(result.text() == ["done"])
    #expect(result.end.succeeded)
  }

  @Test func `the input arrives byte for byte`() async {
    let bytes = pattern(count: 1 << 20)
    let path = "/tmp/beanpole-input-\(getpid())"
    defer { unsafe unlink(path) }
    guard let file = unsafe fopen(path, "w") else { return #expect(Bool(false), "no \(path)") }
    let written = unsafe fwrite(bytes, 1, bytes.count, file)
    unsafe fclose(file)
    #expect(written == bytes.count)
    let result = await probe.sh("cmp - \(path)", input: bytes)
    #expect(result.end.outcome == .exited(code: 0), "\(result.lines.map(\.text))")
  }

  @Test func `input that is read back comes out unchanged, NUL and all`() async {
    let bytes = pattern(count: 200_000)
    let result = await probe.sh("od -An -v -tx1 -w100", input: bytes)
    let read = result.text().flatMap { $0.split(separator: " ").compactMap { UInt8($0, radix: 16) } }
    #expect(read == bytes)
  }

  @Test func `empty input ends at once`() async {
    let result = await probe.sh("wc -c")
    #expect(result.text() == ["0"])
  }

  @Test func `the input can be read a second time, and not be changed`() async {
    let result = await probe.sh(
      "cat; cat /dev/stdin; (echo overwritten 1<>/dev/stdin) 2>/dev/null; cat /dev/stdin", input: Array("body\n".utf8))
    #expect(result.text() == ["body", "body", "body"])
  }

  // MARK: Output

  @Test func `both streams are read while the job runs`() async {
    let result = await probe.sh("seq 40000; seq 40000 >&2", limits: OutputLimits(totalLines: 100_000))
    #expect(result.text(.stdout) == (1...40000).map { "\($0)" })
    #expect(result.text(.stderr) == (1...40000).map { "\($0)" })
    #expect(result.end.succeeded)
  }

  @Test func `two streams written in turn neither block nor mix`() async {
    let result = await probe.sh("i=0; while [ $i -lt 3000 ]; do echo out$i; echo err$i >&2; i=$((i+1)); done")
    #expect(result.text(.stdout) == (0..<3000).map { "out\($0)" })
    #expect(result.text(.stderr) == (0..<3000).map { "err\($0)" })
  }

  @Test func `the last line needs no line break`() async {
    let result = await probe.sh("printf 'one\\ntwo'; printf 'oops' >&2")
    #expect(result.text() == ["one", "two"])
    #expect(result.text(.stderr) == ["oops"])
  }

  @Test func `a huge line is cut and its length told`() async throws {
    let result = await probe.sh("head -c 3000000 /dev/zero | tr '\\0' x; echo; echo after")
    try #require(result.lines.count == 2)
    #expect(result.lines[0].bytes == [UInt8](repeating: UInt8(ascii: "x"), count: 3_900))
    #expect(result.lines[0].length == 3_000_000)
    #expect(result.lines[0].isCut)
    #expect(result.text()[1] == "after")
    #expect(result.end.droppedBytes == 3_000_000 - 3_900)
  }

  @Test func `binary output is read as it is`() async throws {
    let result = await probe.sh("printf '\\000\\377\\200a\\nb'")
    #expect(result.lines.map(\.bytes) == [[0, 0xFF, 0x80, 0x61], [0x62]])
    #expect(result.text()[0] == "\0\u{FFFD}\u{FFFD}a")
  }

  @Test func `output beyond the limit is read, dropped and counted`() async {
    let result = await probe.sh("yes 0123456789012345678901234567890123456789 | head -c 30000000; echo THE END")
    #expect(result.wasLimited)
    #expect(result.lines.reduce(0) { $0 + $1.bytes.count } <= 1 << 20)
    #expect(result.lines.count == 20_000)
    #expect(result.end.droppedBytes > 28_000_000)
    #expect(String(decoding: result.end.tail, as: UTF8.self).hasSuffix("THE END\n"))
    #expect(result.end.tail.count == 3_900)
    #expect(result.end.succeeded)
  }

  // MARK: Children of the job

  @Test func `a background child that holds the pipes does not hold the job`() async throws {
    let result = await probe.sh("echo before; sleep 30 & echo $!")
    #expect(result.end.outcome == .exited(code: 0))
    #expect(result.end.duration < .seconds(20))
    #expect(result.text().first == "before")
    let child = try #require(processID(result.text().last))
    #expect(kill(child, 0) == 0, "the background child of a job that ended well lives on")
    kill(child, SIGKILL)
  }

  @Test func `a background child that writes for ever does not hold the job`() async throws {
    let result = await probe.sh("sh -c 'echo $$ >&2; exec yes' & sleep 0.2")
    #expect(result.end.outcome == .exited(code: 0))
    #expect(result.wasLimited)
    kill(try #require(processID(result.text(.stderr).first)), SIGKILL)
  }

  @Test func `a job leads a process group of its own and gets no other descriptor`() async {
    let result = await probe.sh("cut -d' ' -f5 /proc/$$/stat; echo $$; ls /proc/$$/fd | tr '\\n' ' '")
    let lines = result.text()
    #expect(lines.count == 3)
    #expect(lines.first == lines.dropFirst().first)
    #expect(lines.last == "0 1 2 ")
  }

  // MARK: Telling a job to stop

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

  // MARK: Jobs that cannot start

  private func startError(_ job: Job) async -> JobStartError? {
    let result = await probe.run(job)
    guard case .notStarted(let error) = result.end.outcome else { return nil }
    #expect(!result.end.succeeded)
    #expect(result.end.processID == nil)
    return error
  }

  @Test func `a missing program is named`() async {
    let plain = await startError(Job(Command(words: "no-such-program-9"), searchPath: "/usr/bin:/bin"))
    #expect(
      plain == JobStartError(.programNotFound, #"there is no program "no-such-program-9" in PATH (/usr/bin:/bin)"#))
    let path = await startError(Job(Command(words: "/no/such/program")))
    #expect(path == JobStartError(.programNotFound, "there is no program /no/such/program"))
  }

  @Test func `a directory and a file that may not be executed are told apart from a missing program`() async {
    #expect(await startError(Job(Command(words: "/tmp")))?.code == .notExecutable)
    #expect(await startError(Job(Command(words: "/etc/passwd")))?.code == .notExecutable)
    let inPath = await startError(Job(Command(words: "passwd"), searchPath: "/etc"))
    #expect(inPath?.code == .notExecutable)
    #expect(inPath?.message.contains("/etc/passwd") == true)
  }

  @Test func `a missing working directory is not a missing program`() async {
    let error = await startError(Job(Command(words: "/bin/true"), directory: "/no/such/directory"))
    #expect(error?.code == .directoryNotFound)
    #expect(error?.message == "the working directory /no/such/directory does not exist")
    let result = await probe.run(Job(Command(words: "/bin/pwd"), directory: "/usr"))
    #expect(result.text() == ["/usr"])
  }

  @Test func `a script whose interpreter is missing says so`() async throws {
    let path = "/tmp/beanpole-script-\(getpid())"
    defer { unsafe unlink(path) }
    let made = await probe.sh("printf '#!/no/such/interpreter\\n' > \(path); chmod +x \(path)")
    #expect(made.end.succeeded)
    let error = await startError(Job(Command(words: path)))
    #expect(error?.code == .programNotFound)
    #expect(error?.message.contains("interpreter") == true)
  }

  @Test func `a script without a first line says what it needs`() async throws {
    let path = "/tmp/beanpole-plain-script-\(getpid())"
    defer { unsafe unlink(path) }
    _ = await probe.sh("echo 'echo hi' > \(path); chmod +x \(path)")
    let error = await startError(Job(Command(words: path)))
    #expect(error?.code == .notExecutable)
    #expect(error?.message.contains("#!/bin/sh") == true)
  }

  @Test func `an environment that is too large says so`() async {
    let error = await startError(
      Job(Command(words: "/bin/true"), environment: CStringList(["A=" + String(repeating: "x", count: 200_000)])))
    #expect(error?.code == .tooLarge)
  }
}

/// Never 0 or less: kill(2) takes those for groups, this test's own among them.
func processID(_ line: String?) -> pid_t? {
  line.flatMap { pid_t($0) }.flatMap { $0 > 1 ? $0 : nil }
}

/// Polls, because nothing tells when a process that is not a child has ended.
func isGone(_ processID: pid_t) async -> Bool {
  for _ in 0..<500 {
    guard let state = processState(processID), state != "Z" else { return true }
    try? await Task.sleep(for: .milliseconds(10))
  }
  return false
}

/// The letter after the name in /proc/PID/stat; nil when there is no such process.
private func processState(_ processID: pid_t) -> Character? {
  guard let file = unsafe fopen("/proc/\(processID)/stat", "r") else { return nil }
  defer { unsafe fclose(file) }
  var line = [CChar](repeating: 0, count: 512)
  guard unsafe fgets(&line, 512, file) != nil else { return nil }
  let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  return text.split(separator: ")").last?.first { $0 != " " }
}
