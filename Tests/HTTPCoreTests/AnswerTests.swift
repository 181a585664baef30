import HTTPCore
import Logging
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct AnswerTests {
  @Test func `HEAD gets the header fields of GET and no body`() async throws {
    var router = HTTPRouter()
    router.on("GET", "/") { _, _ in .text(200, "twelve bytes") }
    try await withServer(responder: { [router] in await router.respond(to: $0, exchange: $1) }) { server in
      let client = try server.connect()
      try await client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\nHEAD /no HTTP/1.1\r\nHost: a\r\n\r\n")
      let answer = try await client.receiveAnswer(toHead: true)
      #expect(answer.status == 200)
      #expect(answer.header("Content-Length") == "13")
      #expect(try await client.receiveAnswer(toHead: true).status == 404)
      try await client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
      #expect(try await client.receiveAnswer().text == "twelve bytes\n")
      #expect(try await client.receiveToEnd() == [])
    }
  }

  @Test(arguments: [204, 304]) func `a status without a body has neither body nor length`(status: Int) async throws {
    try await withServer(responder: { _, _ in HTTPResponse(status: status, body: [1, 2, 3]) }) { server in
      let client = try server.connect()
      try await client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
      let answer = try await client.receiveAnswer()
      #expect(answer.status == status)
      #expect(answer.header("Content-Length") == nil)
      #expect(try await client.receiveToEnd() == [])
    }
  }

  @Test func `an empty answer has the length zero`() async throws {
    try await withServer(responder: { _, _ in HTTPResponse(status: 200) }) { server in
      let client = try server.connect()
      try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try await client.receiveAnswer().header("Content-Length") == "0")
    }
  }

  @Test(arguments: [
    HTTPResponse(status: 200, headers: [("X", "a\r\nSet-Cookie: b")]),
    HTTPResponse(status: 200, headers: [("X", "a\nb")]), HTTPResponse(status: 200, headers: [("X", "a\rb")]),
    HTTPResponse(status: 200, headers: [("X", "a\0b")]), HTTPResponse(status: 200, headers: [("X: y\r\nZ", "a")]),
    HTTPResponse(status: 200, headers: [("", "a")]), HTTPResponse(status: 100), HTTPResponse(status: 600),
    HTTPResponse(status: -1),
  ])
  func `an answer that would break the protocol is replaced by a 500`(response: HTTPResponse) async throws {
    try await withServer(responder: { request, _ in request.path == "/" ? response : .text(200, "") }) { server in
      let client = try server.connect()
      try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /next HTTP/1.1\r\nHost: a\r\n\r\n")
      let answer = try await client.receiveAnswer()
      #expect(answer.status == 500)
      #expect(answer.headers.map(\.name) == ["Content-Type", "Content-Length", "Date"])
      #expect(try await client.receiveAnswer().status == 200)
    }
  }

  @Test func `a replaced answer is an error in the log, without the value`() async throws {
    let lines = LogLines()
    let logger = Logger(label: "test") { _ in lines }
    let response = HTTPResponse(status: 200, headers: [("X-Name", "secret\nvalue")])
    try await withServer(logger: logger, responder: { _, _ in response }) { server in
      let client = try server.connect()
      try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try await client.receiveAnswer().status == 500)
    }
    let errors = lines.all.filter { $0.contains("error") }
    #expect(errors == ["error response refused: the value of X-Name contains a control character"])
    #expect(!lines.all.contains { $0.contains("secret") })
  }

  @Test func `fields that frame the answer are the server's own`() async throws {
    let response = HTTPResponse(
      status: 200,
      headers: [
        ("content-length", "99"), ("Transfer-Encoding", "chunked"), ("Connection", "upgrade"), ("Keep-Alive", "1"),
        ("Date", "never"), ("X", "y"),
      ],
      body: [0x61])
    try await withServer(responder: { _, _ in response }) { server in
      let client = try server.connect()
      try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      let answer = try await client.receiveAnswer()
      #expect(answer.headers.map(\.name) == ["X", "Content-Length", "Date"])
      #expect(answer.text == "a")
    }
  }

  @Test func `HTTP 1.0 is kept only when it asks for it`() async throws {
    try await withServer { server in
      let client = try server.connect()
      try await client.send("GET /1 HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n")
      #expect(try await client.receiveAnswer().header("Connection") == "keep-alive")
      try await client.send("GET /2 HTTP/1.0\r\n\r\n")
      #expect(try await client.receiveAnswer().header("Connection") == "close")
      #expect(try await client.receiveToEnd() == [])
    }
  }

  @Test func `an offer to upgrade is declined by answering and closing`() async throws {
    try await withServer { server in
      let client = try server.connect()
      try await client.send(
        "POST / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMA\r\n"
          + "Content-Length: 5\r\n\r\nhello")
      let answer = try await client.receiveAnswer()
      #expect(answer.text == "hello")
      #expect(answer.header("Connection") == "close")
      #expect(try await client.receiveToEnd() == [])
    }
  }

  @Test func `a large body goes both ways`() async throws {
    let body = (0..<1_048_576).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try await withServer { server in
      let client = try server.connect()
      try await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.count)\r\n\r\n")
      async let sent: Void = client.send(body)
      try await sent
      #expect(try await client.receiveAnswer().body == body)
      // The same in chunks of changing size.
      var chunked = Array("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
      var rest = body[...]
      var size = 1
      while !rest.isEmpty {
        chunked += Array("\(String(min(size, rest.count), radix: 16))\r\n".utf8) + rest.prefix(size) + [0x0D, 0x0A]
        rest = rest.dropFirst(size)
        size = size * 3 % 50_021
      }
      try await client.send(chunked + Array("0\r\nTrailer: x\r\n\r\n".utf8))
      #expect(try await client.receiveAnswer().body == body)
    }
  }

  @Test func `what the parser may read leniently is still one request`() async throws {
    try await withServer { server in
      let client = try server.connect()
      // Empty lines before a request and several spaces in its first line: RFC 9112, sections 2.2 and 3.
      try await client.send("\r\n\r\nGET   /1   HTTP/1.1\r\nHost:\ta \r\n\r\n")
      #expect(try await client.receiveAnswer().header("X-Target") == "/1")
      try await client.send("GET http://b.example/2?c HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try await client.receiveAnswer().header("X-Target") == "http://b.example/2?c")
      try await client.send("OPTIONS * HTTP/1.1\r\nHost:\r\n\r\n")
      #expect(try await client.receiveAnswer().header("X-Target") == "*")
    }
  }
}
