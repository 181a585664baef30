import TestSupport
import Testing

@testable import Server

/// An endpoint before a real php-fpm.
@Suite(.timeLimit(.minutes(1)), .enabled(if: PHPFPM.isInstalled, "Debian's php8.2-fpm is not installed"))
struct PHPFPMEndpointTests {
  private func fixture(_ fpm: PHPFPM, _ script: String, _ arguments: [String] = []) throws -> WorkerFixture {
    let path = try fpm.write("index.php", script)
    return try WorkerFixture(
      ["--queue-fastcgi", "unix:\(fpm.socket)", "--fastcgi-script", path, "--queue-path", "/worker/queue"] + arguments)
  }

  @Test func `a message reaches the script as it came`() async throws {
    try await PHPFPM.with { fpm in
      let script = """
        echo $_SERVER['REQUEST_URI'], '|', $_SERVER['HTTP_X_AWS_SQSD_MSGID'], '|', $_SERVER['CONTENT_TYPE'], '|',
          file_get_contents('php://input');
        """
      let fixture = try fixture(fpm, script, ["--output-in-response"])
      let answer = await fixture.request(
        "POST", "/worker/queue?x=y",
        headers: [("X-Aws-Sqsd-Msgid", "m"), ("Content-Type", "application/json"), ("Proxy", "http://evil")],
        body: #"{"job":"é"}"#)
      #expect(answer.status == 200)
      #expect(answer.body.contains(#""output":"/worker/queue?x=y|m|application/json|{\"job\":\"é\"}""#))
    }
  }

  @Test func `an exception is 500, and its trace is in the log`() async throws {
    try await PHPFPM.with { fpm in
      let fixture = try fixture(fpm, "throw new RuntimeException('no luck');")
      let answer = await fixture.request("POST", "/worker/queue", body: "x")
      #expect(answer.status == 500 && answer.body.hasPrefix(#"{"status":500,"#))
      let lines = fixture.log.lines("job output")
      #expect(lines.contains { $0.metadata["line"]?.contains("Uncaught RuntimeException: no luck") == true })
      #expect(lines.contains { $0.metadata["line"] == "#0 {main}" })
    }
  }

  @Test func `a script that php-fpm does not find is 500, and the log says so`() async throws {
    try await PHPFPM.with { fpm in
      let fixture = try WorkerFixture([
        "--queue-fastcgi", "unix:\(fpm.socket)", "--fastcgi-script", "\(fpm.folder)/none.php",
      ])
      let answer = await fixture.request("POST", "/queue", body: "x")
      #expect(answer.status == 500 && answer.body.hasPrefix(#"{"status":404,"#))
      #expect(fixture.log.lines("job output").first?.metadata["line"] == "Primary script unknown")
      #expect(fixture.log.lines("job failed").first?.metadata["job.tail"] == "File not found.\n")
    }
  }

  @Test func `a call over its time is given up, and the next one runs`() async throws {
    try await PHPFPM.with { fpm in
      let fixture = try fixture(fpm, "if (isset($_GET['slow'])) sleep(600);", ["--job-timeout", "1"])
      let slow = await fixture.request("POST", "/worker/queue?slow")
      #expect(slow.status == 500 && slow.body.contains(#""stopped":"time limit""#))
      #expect(await fixture.request("POST", "/worker/queue").status == 200)
    }
  }
}
