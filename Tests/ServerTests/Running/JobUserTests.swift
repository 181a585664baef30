import Glibc
import Testing

@testable import Server

@Suite(.timeLimit(.minutes(1)))
struct JobUserTests {
  private let nobody = JobUser(user: 65_534, group: 65_533)

  @Test(arguments: ["0:0", "1000:1000", "4294967294:1"])
  func `two numbers are a user and a group`(text: String) {
    #expect(JobUser(parsing: text)?.description == text)
  }

  @Test(arguments: [
    "", ":", "1", "1:", ":1", "1:1:1", "-1:1", "+1:1", "root:root", "1 :1", "4294967295:1", "1:4294967296",
  ])
  func `anything else is not`(text: String) {
    #expect(JobUser(parsing: text) == nil)
  }

  @Test func `root runs a job as another user and group, with no other group; anybody else is told that he may not`()
    async throws
  {
    let probe = try JobProbe()
    let job = Job(Command(words: "/usr/bin/id"), user: nobody)
    let result = await probe.run(job)
    if getuid() == 0 {
      #expect(result.end.succeeded)
      #expect(
        result.text().first?.hasPrefix("uid=65534(") == true || result.text().first?.hasPrefix("uid=65534 ") == true)
      #expect(result.text().first?.contains("gid=65533") == true)
      #expect(result.text().first?.hasSuffix("groups=65533") == true)
    } else {
      guard case .notStarted(let error) = result.end.outcome else { return #expect(Bool(false)) }
      #expect(error.code == .user)
      #expect(error.message.contains("65534:65533") && error.message.contains("--job-user"))
    }
  }

  @Test func `the server itself stays who it is`() async throws {
    let before = (getuid(), getgid())
    _ = try await JobProbe().run(Job(Command(words: "/bin/true"), user: nobody))
    #expect(before == (getuid(), getgid()))
  }

  @Test func `a directory that this user may not enter is said as such`() async throws {
    guard getuid() == 0 else { return #expect(faultWithoutRoot()) }
    let path = "/tmp/beanpole-closed-\(getpid())"
    #expect(unsafe mkdir(path, 0o700) == 0)
    defer { unsafe rmdir(path) }
    let result = try await JobProbe().run(Job(Command(words: "/bin/true"), directory: path, user: nobody))
    guard case .notStarted(let error) = result.end.outcome else { return #expect(Bool(false)) }
    #expect(error.code == .directoryNotFound)
    #expect(error.message == "the working directory \(path) cannot be entered: Permission denied")
  }

  @Test func `without root another user is refused at the start, with what to do`() {
    #expect(getuid() == 0 || faultWithoutRoot())
  }

  private func faultWithoutRoot() -> Bool {
    do {
      _ = try configure(["--queue-command", "a", "--job-user", "65534:65533"])
      return false
    } catch {
      return "\(error)".contains("start it as root")
    }
  }

  @Test func `what a job of another user writes into its file for Retry-After is read`() async throws {
    guard getuid() == 0 else { return #expect(faultWithoutRoot()) }
    let fixture = try WorkerFixture([
      "--queue-command", "sh -c 'echo 30 > $SQSD_RETRY_AFTER_FILE; id -u; exit 75'", "--job-user", "65534:65533",
    ])
    let answer = await fixture.request("POST", "/queue")
    #expect(fixture.log.lines("job output").map { $0.metadata["line"] } == ["65534"])
    #expect(answer.headers["Retry-After"] == "30")
  }
}
