import Testing

@testable import Server

@Suite(.timeLimit(.minutes(1)))
struct RetryAfterTests {
  private func answer(
    to script: String, _ arguments: [String] = []
  ) async throws -> (status: Int, retryAfter: String?, body: String, fixture: WorkerFixture) {
    let fixture = try WorkerFixture(["--queue-command", "sh -c '\(script)'"] + arguments)
    let answer = await fixture.request("POST", "/queue")
    return (answer.status, answer.headers["Retry-After"], answer.body, fixture)
  }

  @Test func `a job that fails may say when its message is to come again`() async throws {
    let result = try await answer(to: "echo 30 > \"$SQSD_RETRY_AFTER_FILE\"; exit 75")
    #expect(result.status == 500)
    #expect(result.retryAfter == "30")
    #expect(result.body.contains(#""exit":75,"#) && result.body.contains(#""retryAfter":30"#))
    #expect(result.fixture.log.lines("job failed").first?.metadata["retry.after"] == "30")
  }

  @Test(arguments: ["exit 1", "kill -9 $$", "exec /no/such/program"])
  func `so may one that ends badly in any other way`(end: String) async throws {
    let result = try await answer(to: "printf 5 > $SQSD_RETRY_AFTER_FILE; \(end)")
    #expect(result.status == 500)
    #expect(result.retryAfter == "5")
  }

  @Test func `so may one that is stopped at its time limit`() async throws {
    let result = try await answer(to: "printf 5 > $SQSD_RETRY_AFTER_FILE; sleep 30", ["--job-timeout", "1"])
    #expect(result.status == 500)
    #expect(result.retryAfter == "5")
  }

  @Test func `a job that ends well is done, whatever it wrote`() async throws {
    let result = try await answer(to: "printf 5 > $SQSD_RETRY_AFTER_FILE")
    #expect(result.status == 200)
    #expect(result.retryAfter == nil)
  }

  @Test func `without a word there is no Retry-After, nor with nonsense, which is said without repeating it`()
    async throws
  {
    let silent = try await answer(to: "exit 75")
    #expect(silent.status == 500)
    #expect(silent.retryAfter == nil)
    #expect(silent.fixture.log.lines.allSatisfy { !$0.message.contains("SQSD_RETRY_AFTER_FILE") })
    let odd = try await answer(to: "printf tomorrow > $SQSD_RETRY_AFTER_FILE; exit 75")
    #expect(odd.status == 500)
    #expect(odd.retryAfter == nil)
    let lines = odd.fixture.log.lines.filter { $0.message.contains("SQSD_RETRY_AFTER_FILE") }
    #expect(lines.count == 1)
    #expect(lines.first?.metadata["expected"] == "a whole number from 0 to 43200")
    #expect(!"\(odd.fixture.log.lines)".contains("tomorrow"))
  }

  @Test func `the variable is the server's own, not one that it was started with`() async throws {
    let fixture = try WorkerFixture(
      ["--queue-command", "sh -c 'echo $SQSD_RETRY_AFTER_FILE'"],
      environment: ["PATH=/usr/bin:/bin", "SQSD_RETRY_AFTER_FILE=/etc/passwd"])
    #expect(await fixture.request("POST", "/queue").status == 200)
    let path = fixture.log.lines("job output").first?.metadata["line"]
    #expect(path?.contains("/worker-server-") == true)
  }
}
