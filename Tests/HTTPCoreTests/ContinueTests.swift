import HTTPCore
import TestSupport
import Testing

/// 100-continue: RFC 9110, section 10.1.1.
@Suite(.timeLimit(.minutes(1))) struct ContinueTests {
  static func head(_ lines: String, path: String = "/", version: String = "1.1") -> String {
    "POST \(path) HTTP/\(version)\r\nHost: a\r\nExpect: 100-Continue\r\n\(lines)\r\n\r\n"
  }

  static let router: HTTPRouter = {
    var router = HTTPRouter()
    router.on("POST", "/") { request, exchange in await echo(request, exchange) }
    router.on("GET", "/only-get") { request, exchange in await echo(request, exchange) }
    return router
  }()

  @Test(arguments: ["Content-Length: 5", "Transfer-Encoding: chunked"])
  func `a body that is wanted is invited`(framing: String) async throws {
    try await withServer { server in
      let client = try server.connect()
      try await client.send(Self.head(framing))
      #expect(String(decoding: try await client.receiveSome(), as: UTF8.self) == "HTTP/1.1 100 Continue\r\n\r\n")
      try await client.send(framing.hasPrefix("C") ? "hello" : "5\r\nhello\r\n0\r\n\r\n")
      let answer = try await client.receiveAnswer()
      #expect(answer.text == "hello")
      #expect(answer.interim == [])
      try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try await client.receiveAnswer().status == 200)
    }
  }

  @Test func `a body that is already there is not invited`() async throws {
    try await withServer { server in
      let client = try server.connect()
      try await client.send(Self.head("Content-Length: 5") + "hello")
      let answer = try await client.receiveAnswer()
      #expect(answer.text == "hello")
      #expect(answer.interim == [])
    }
  }

  @Test(arguments: [
    (413, "Content-Length: 2000000", "/"), (404, "Content-Length: 5", "/nowhere"),
    (405, "Content-Length: 5", "/only-get"), (417, "Expect: x\r\nContent-Length: 5", "/"),
  ])
  func `a request that is refused gets the final answer instead`(status: Int, lines: String, path: String) async throws
  {
    let router = Self.router
    try await withServer(
      screen: router.refusal(of:), responder: { await router.respond(to: $0, exchange: $1) }
    ) { server in
      let client = try server.connect()
      try await client.send(Self.head(lines, path: path))
      let answer = try await client.receiveAnswer()
      #expect(answer.status == status)
      #expect(answer.interim == [])
      #expect(answer.header("Connection") == "close")
      #expect(try await client.receiveToEnd() == [])
    }
  }

  @Test func `an expectation without a body, or from HTTP 1.0, invites nothing`() async throws {
    try await withServer { server in
      for request in [
        "GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n",
        Self.head("Content-Length: 0\r\nConnection: close"),
        Self.head("Content-Length: 5", version: "1.0") + "hello",
      ] {
        let client = try server.connect()
        try await client.send(request)
        let answer = try await client.receiveAnswer()
        #expect(answer.status == 200)
        #expect(answer.interim == [])
        #expect(try await client.receiveToEnd() == [])
      }
    }
  }
}
