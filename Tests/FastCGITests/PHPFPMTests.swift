import Foundation
import Glibc
import TestSupport
import Testing

@testable import FastCGI

/// The client and a real php-fpm.
@Suite(.timeLimit(.minutes(2)), .enabled(if: PHPFPM.isInstalled, "Debian's php8.2-fpm is not installed"))
struct PHPFPMTests {
  @Test func `a script without a status answers 200 and sees its variables and its input`() async throws {
    try await PHPFPM.with { fpm in
      let script = """
        header('X-Id: ' . $_SERVER['HTTP_X_AWS_SQSD_MSGID']);
        echo $_SERVER['REQUEST_URI'], ' ', $_GET['x'], ' ', $_SERVER['SCRIPT_NAME'], ' ', file_get_contents('php://input');
        """
      let answer = try await fpm.client().run(fpm.request("a.php", script, body: Array(#"{"job":1}"#.utf8)))
      #expect(answer.status == 200 && answer.header("X-Id") == "m1")
      #expect(String(decoding: answer.bodyStart, as: UTF8.self) == #"/worker/queue?x=y y /a.php {"job":1}"#)
    }
  }

  @Test func `an exception is 500, with its trace on standard error`() async throws {
    try await PHPFPM.with { fpm in
      let errors = ErrorOutput()
      let request = try fpm.request("a.php", "throw new RuntimeException('no luck');")
      let answer = try await fpm.client().run(request, onErrorOutput: errors.sink)
      #expect(answer.status == 500 && answer.applicationStatus == 0)
      #expect(errors.text.contains("Uncaught RuntimeException: no luck"))
    }
  }

  @Test func `a script that is not there is 404, and php-fpm says what it missed`() async throws {
    try await PHPFPM.with { fpm in
      let errors = ErrorOutput()
      let answer = try await fpm.client().run(fpm.request("none.php"), onErrorOutput: errors.sink)
      #expect(answer.status == 404 && String(decoding: answer.bodyStart, as: UTF8.self) == "File not found.\n")
      #expect(errors.text.contains("Primary script unknown"))
    }
  }

  @Test func `a script without the name of one is 403`() async throws {
    try await PHPFPM.with { fpm in
      let errors = ErrorOutput()
      let answer = try await fpm.client().run(fpm.request("a.txt", "echo 1;"), onErrorOutput: errors.sink)
      #expect(answer.status == 403 && errors.text.contains("denied"), "\(errors.text)")
    }
  }

  @Test(arguments: [0, 1, 65_535, 65_536, 1 << 20]) func `a body arrives byte for byte`(size: Int) async throws {
    try await PHPFPM.with { fpm in
      var random = SeededRandom(seed: UInt64(size))
      let body = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
      var request = try fpm.request("a.php", "readfile('php://input');", body: body)
      request.keptBodyStart = 2 << 20
      let client = fpm.client()
      for _ in 0..<2 {
        let answer = try await client.run(request)
        #expect(answer.bodyLength == size && answer.bodyStart == body)
      }
    }
  }

  @Test func `of an error page of 300 kB the two ends are kept`() async throws {
    try await PHPFPM.with { fpm in
      let script = "http_response_code(500); header('Retry-After: 30'); echo 'begin', str_repeat('x', 300000), 'end';"
      let answer = try await fpm.client().run(fpm.request("a.php", script))
      #expect(answer.status == 500 && answer.header("Retry-After") == "30" && answer.bodyLength == 300_008)
      #expect(answer.bodyStart.count == 4096 && answer.bodyStart.starts(with: Array("beginx".utf8)))
      #expect(answer.bodyEnd.count == 4096 && answer.bodyEnd.suffix(4) == Array("xend".utf8))
    }
  }

  @Test func `what a script logs comes on standard error, in php-fpm's form`() async throws {
    try await PHPFPM.with { fpm in
      let errors = ErrorOutput()
      let script = "error_log('one'); file_put_contents('php://stderr', 'lost'); error_log('two'); echo 'ok';"
      let answer = try await fpm.client().run(fpm.request("a.php", script), onErrorOutput: errors.sink)
      #expect(answer.status == 200)
      #expect(errors.text == "PHP message: one; PHP message: two")
    }
  }

  @Test func `parameters of 100 kB in two records`() async throws {
    try await PHPFPM.with { fpm in
      var request = try fpm.request("a.php", "echo strlen($_SERVER['HTTP_A']), ' ', strlen($_SERVER['HTTP_B']);")
      request.parameters += [
        ("HTTP_A", String(repeating: "a", count: 50_000)), ("HTTP_B", String(repeating: "b", count: 49_999)),
      ]
      let answer = try await fpm.client().run(request)
      #expect(String(decoding: answer.bodyStart, as: UTF8.self) == "50000 49999")
    }
  }

  @Test func `a connection is kept, and the child behind it stays warm`() async throws {
    try await PHPFPM.with { fpm in
      let client = fpm.client()
      let request = try fpm.request("a.php", "echo getmypid();")
      var children: Set<[UInt8]> = []
      var reused = 0
      for _ in 0..<20 {
        let answer = try await client.run(request)
        children.insert(answer.bodyStart)
        reused += answer.connectionWasReused ? 1 : 0
      }
      #expect(children.count == 1 && reused == 19)
    }
  }

  @Test func `more requests than children all run, kept connections or not`() async throws {
    try await PHPFPM.with(children: 1) { fpm in
      let client = fpm.client()
      let request = try fpm.request("a.php", "usleep(5000); echo 'ok';")
      let count = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<8 {
          group.addTask {
            var good = 0
            for _ in 0..<4 where try await client.run(request).status == 200 { good += 1 }
            return good
          }
        }
        return try await group.reduce(0, +)
      }
      #expect(count == 32)
    }
  }

  @Test func `a child that ends after so many requests is replaced without a word`() async throws {
    try await PHPFPM.with(settings: ["pm.max_requests = 3"]) { fpm in
      let client = fpm.client()
      let request = try fpm.request("a.php", "echo getmypid();")
      var children: Set<[UInt8]> = []
      for _ in 0..<12 {
        let answer = try await client.run(request)
        #expect(answer.status == 200)
        children.insert(answer.bodyStart)
      }
      #expect(children.count >= 4)
    }
  }

  @Test func `a php-fpm that is killed in the middle is an error, and one that runs again serves`() async throws {
    try await PHPFPM.with { fpm in
      let client = fpm.client()
      let started = "\(fpm.folder)/started"
      let request = try fpm.request("a.php", "file_put_contents('\(started)', getmypid() . \"\\n\"); sleep(600);")
      try await withThrowingTaskGroup { group in
        group.addTask {
          let error = await #expect(throws: FastCGIError.self) { try await client.run(request) }
          #expect(error?.code == .closedBeforeAnswer && error?.hasNotRun == false)
        }
        let child = try #require(pid_t(try await contents(of: started).dropLast()))
        Glibc.kill(child, SIGKILL)
        try await group.waitForAll()
      }
      #expect(try await client.run(fpm.request("b.php", "echo 1;")).status == 200)
      try await fpm.terminate()
      #expect(try await client.failure(of: request).code == .connectionFailed)
    }
  }

  @Test func `a php-fpm that was restarted between two requests is not noticed`() async throws {
    let first = try await PHPFPM()
    let client = first.client()
    let request = try first.request("a.php", "echo 1;")
    #expect(try await client.run(request).status == 200)
    try await first.quit()
    let second = try await PHPFPM(folder: first.folder)
    let answer = try await client.run(request)
    #expect(answer.status == 200 && !answer.connectionWasReused)
    try await second.quit()
  }

  @Test func `giving up closes the connection, and the next request has a new one`() async throws {
    try await PHPFPM.with { fpm in
      let client = fpm.client()
      let started = "\(fpm.folder)/started"
      let request = try fpm.request("a.php", "file_put_contents('\(started)', \"1\\n\"); sleep(1); echo 1;")
      await withTaskGroup { group in
        group.addTask {
          let error = await #expect(throws: FastCGIError.self) { try await client.run(request) }
          #expect(error?.code == .cancelled)
        }
        _ = try? await contents(of: started)
        group.cancelAll()
      }
      let answer = try await client.run(fpm.request("b.php", "echo 1;"))
      #expect(answer.status == 200 && !answer.connectionWasReused)
    }
  }

  @Test func `a request that a script ends early and works on is answered at its end`() async throws {
    try await PHPFPM.with(children: 1) { fpm in
      let client = fpm.client()
      let request = try fpm.request("a.php", "echo 'x'; fastcgi_finish_request(); usleep(20000);")
      for _ in 0..<3 { #expect(try await client.run(request).bodyStart == Array("x".utf8)) }
    }
  }
}
