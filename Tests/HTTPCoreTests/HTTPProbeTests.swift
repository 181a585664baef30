import HTTPCore
import TestSupport
import Testing

@testable import HTTPCore

@Suite(.timeLimit(.minutes(1))) struct HTTPProbeTests {
  @Test(arguments: [200, 204, 404, 503]) func `the status of the answer is given`(status: Int) async throws {
    try await withServer(responder: { request, _ in .text(request.path == "/health" ? status : 500, "") }) { server in
      let answered = try await HTTPProbe.get(server.address, path: "/health?x", timeout: .seconds(20))
      #expect(answered == status)
    }
  }

  @Test func `interim answers are passed over`() async throws {
    let responder: HTTPResponder = { _, exchange in
      for _ in 0..<3 { exchange.sendInterim(102) }
      return .text(200, "")
    }
    try await withServer(responder: responder) { server in
      let answered = try await HTTPProbe.get(server.address, path: "/", timeout: .seconds(20))
      #expect(answered == 200)
    }
  }

  @Test func `a listener on all addresses is asked at loopback`() async throws {
    try await withServer(at: .tcp(host: "0.0.0.0", port: 0)) { server in
      #expect(server.address == .tcp(host: "0.0.0.0", port: server.port))
      let answered = try await HTTPProbe.get(server.address, path: "/", timeout: .seconds(20))
      #expect(answered == 200)
    }
  }

  @Test func `no listener, no answer in time and no path are errors that say so`() async throws {
    let free = try await withServer { $0.address }
    let refused = await #expect(throws: HTTPCoreError.self) {
      try await HTTPProbe.get(free, path: "/", timeout: .seconds(20))
    }
    #expect(refused?.code == .connectFailed)
    #expect(refused?.message == "\(free) cannot be reached: Connection refused.")

    let gate = Gate()
    let responder: HTTPResponder = { _, exchange in
      await exchange.untilClientGone()
      gate.open()
      return .text(200, "")
    }
    try await withServer(responder: responder) { server in
      let late = await #expect(throws: HTTPCoreError.self) {
        try await HTTPProbe.get(server.address, path: "/", timeout: .milliseconds(100))
      }
      #expect(late?.code == .timedOut)
      #expect(late?.message == "\(server.address) did not answer within 0.1 seconds.")
      await gate.wait()
    }

    let bad = await #expect(throws: HTTPCoreError.self) {
      try await HTTPProbe.get(free, path: "/a\r\nb", timeout: .seconds(20))
    }
    #expect(bad?.code == .invalidAddress)
  }

  @Test(arguments: [
    ("", AnswerStatus.incomplete), ("HTTP/1.1 20", .incomplete), ("HTTP/1.1 200", .final(200)),
    ("HTTP/1.0 404 Not Found\r\n", .final(404)), ("HTTP/1.1 102", .incomplete),
    ("HTTP/1.1 102 P\r\n\r\nHTTP/1.1 200", .final(200)), ("HTTP/1.1 102 P\r\n\r\nHTTP/1.1 102 P\r\n\r", .incomplete),
    ("HTTP/1.1 000", .malformed), ("HTTP/1.1 999", .malformed), ("HTTP/2.0 200", .malformed), ("SSH-2.0", .malformed),
    ("H", .incomplete), ("HTTP/1.1 2x0", .malformed), ("HTTP/1.1 100 C\r\n\r\nX", .malformed),
  ])
  func `a status is read from the beginning of an answer`(text: String, status: AnswerStatus) {
    #expect(AnswerStatus(reading: Array(text.utf8)) == status)
  }
}
