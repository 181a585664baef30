import Glibc
import Testing

@testable import Server

@Suite(.timeLimit(.minutes(1)))
struct JobStartErrorTests {
  let probe: JobProbe

  init() throws {
    probe = try JobProbe()
  }

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

  @Test func `a program that has moved to another directory of PATH is found there`() async throws {
    let directory = "/tmp/beanpole-path-\(getpid())"
    // One thread, so that it is the same that found it before.
    let probe = try JobProbe(JobRunner(threads: 1))
    let made = await probe.sh(
      "mkdir -p \(directory)/a \(directory)/b; cd \(directory); "
        + "printf '#!/bin/sh\\necho $0\\n' > b/tool; chmod +x b/tool")
    try #require(made.end.succeeded)
    let job = Job(Command(words: "tool"), searchPath: "\(directory)/a:\(directory)/b")
    #expect(await probe.run(job).text() == ["\(directory)/b/tool"])
    #expect(await probe.sh("mv \(directory)/b/tool \(directory)/a/tool").end.succeeded)
    #expect(await probe.run(job).text() == ["\(directory)/a/tool"])
    #expect(await probe.sh("rm -r \(directory)").end.succeeded)
    guard case .notStarted(let error) = await probe.run(job).end.outcome else {
      Issue.record("a program was started that is not there")
      return
    }
    #expect(error.message.contains("in PATH"))
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
