import Curl
import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct CurlClientTests {
  let client: CurlClient

  init() throws { client = try CurlClient() }

  @Test func `a POST is these bytes and no others`() async throws {
    let peer = try ScriptedPeer { _ in [.answerAll(Answer.ok)] }
    var request = peer.post()
    request.headers = [
      ("Content-Type", "application/json"), ("X-Aws-Sqsd-Path", ""), ("X-Blank", " \t"),
      ("X-Grüße".replacing("üß", with: "ue"), "Grüße"),
      ("X-Colon", "a: b; c"), ("X-Semicolon", ";"),
    ]
    let answer = try await client.execute(request)
    #expect(answer.status == 200)
    #expect(answer.body == Array("ok".utf8))
    #expect(
      peer.record.requests.map(\.text) == [
        "POST /queue HTTP/1.1\r\nHost: 127.0.0.1:\(peer.port)\r\nContent-Type: application/json\r\n"
          + "X-Aws-Sqsd-Path:\r\nX-Blank:\r\nX-Gruee: Grüße\r\nX-Colon: a: b; c\r\nX-Semicolon: ;\r\n"
          + "Content-Length: 5\r\n\r\nhello"
      ])
  }

  @Test(arguments: [
    ("GET", "", "GET /p HTTP/1.1\r\nHost: h\r\n\r\n"),
    ("HEAD", "", "HEAD /p HTTP/1.1\r\nHost: h\r\n\r\n"),
    ("POST", "", "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"),
    ("PUT", "", "PUT /p HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"),
    ("PUT", "body", "PUT /p HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody"),
    ("DELETE", "", "DELETE /p HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"),
    ("GET", "body", "GET /p HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody"),
  ])
  func `libcurl adds nothing to a method`(method: String, body: String, bytes: String) async throws {
    let peer = try ScriptedPeer { _ in [.answerAll("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")] }
    _ = try await client.execute(
      CurlRequest(method: method, url: peer.url + "/p", headers: [("Host", "h")], body: Array(body.utf8)))
    #expect(peer.record.requests.map(\.text) == [bytes])
  }

  @Test func `one handle goes through all kinds of request`() async throws {
    let peer = try ScriptedPeer { _ in [.answerAll("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")] }
    let large = [UInt8](repeating: 120, count: 40_000)
    let kinds: [(String, [UInt8])] = [
      ("POST", [1, 2, 3]), ("GET", []), ("PUT", []), ("POST", large), ("HEAD", []), ("POST", []), ("PUT", [9]),
      ("POST", large), ("POST", [4]),
      ("GET", []),
    ]
    for (method, body) in kinds {
      _ = try await client.execute(CurlRequest(method: method, url: peer.url, body: body))
    }
    let requests = peer.record.requests
    #expect(requests.map { $0.lines[0] } == kinds.map { "\($0.0) / HTTP/1.1" })
    #expect(requests.map(\.body) == kinds.map(\.1))
    let lengths = requests.map { $0.lines.filter { $0.hasPrefix("Content-Length: ") } }
    #expect(lengths == kinds.map { ["GET", "HEAD"].contains($0.0) ? [] : ["Content-Length: \($0.1.count)"] })
    #expect(peer.record.connectionCount == 1)
  }

  @Test func `the path goes out as it is written`() async throws {
    let peer = try ScriptedPeer { _ in [.answerAll(Answer.ok)] }
    _ = try await client.execute(CurlRequest(method: "GET", url: peer.url + "/a/../b/%2e//c?q=%20+&r#fragment"))
    #expect(peer.record.requests.first?.lines.first == "GET /a/../b/%2e//c?q=%20+&r HTTP/1.1")
  }

  @Test func `headers are found whatever their case, in order and repeated`() async throws {
    let peer = try ScriptedPeer { _ in
      [
        .readRequest,
        .send("HTTP/1.1 102 Processing\r\nX-A: interim\r\n\r\n"),
        .send(
          "HTTP/1.1 200 OK\r\nX-A: 1\r\nRETRY-AFTER:  12 \r\nx-a: 2\r\nX-Empty:\r\nTransfer-Encoding: chunked\r\n\r\n"),
        .send("2\r\nok\r\n0\r\nX-Trailer: t\r\n\r\n"),
      ]
    }
    let answer = try await client.execute(peer.post())
    #expect(answer.header("Retry-After") == "12")
    #expect(answer.header("x-A") == "1")
    #expect(answer.header("X-Empty") == "")
    #expect(answer.header("X-Trailer") == nil)
    #expect(answer.headers.map(\.name) == ["X-A", "RETRY-AFTER", "x-a", "X-Empty", "Transfer-Encoding"])
    #expect(answer.body == Array("ok".utf8))
  }

  @Test func `a mebibyte goes both ways byte for byte`() async throws {
    var generator = SeededGenerator(state: 1)
    let sent = (0..<1 << 20).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let answered = Array(sent.reversed())
    let peer = try ScriptedPeer { _ in
      [.readRequest, .send("HTTP/1.1 200 OK\r\nContent-Length: \(answered.count)\r\n\r\n"), .sendBytes(answered)]
    }
    var request = peer.post(sent)
    request.keptBodyLimit = 1 << 20
    let answer = try await client.execute(request)
    #expect(answer.body == answered)
    #expect(answer.bodyLength == 1 << 20)
    let received = try #require(peer.record.requests.first)
    #expect(received.body == sent)
    #expect(received.lines.dropFirst(2) == ["Content-Length: 1048576"])
  }

  @Test func `a redirect is an answer`() async throws {
    let peer = try ScriptedPeer { _ in
      [.answerAll("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")]
    }
    let answer = try await client.execute(peer.post())
    #expect(answer.status == 302)
    #expect(answer.header("location") == "http://127.0.0.1:1/")
    #expect(peer.record.requests.count == 1)
  }

  @Test func `only the wanted part of a body is kept`() async throws {
    let peer = try ScriptedPeer { _ in
      [
        .readRequest, .send("HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n"),
        .sendBytes([UInt8](repeating: 7, count: 300_000)),
      ]
    }
    var request = peer.get
    request.keptBodyLimit = 1000
    request.bodyLimit = 300_000
    let answer = try await client.execute(request)
    #expect(answer.body == [UInt8](repeating: 7, count: 1000))
    #expect(answer.bodyLength == 300_000)
  }

  @Test func `a connection is kept, unless a fresh one is asked for`() async throws {
    let peer = try ScriptedPeer { _ in [.answerAll(Answer.ok)] }
    var reused: [Bool] = []
    for fresh in [false, false, true, false, false] {
      var request = peer.post()
      request.freshConnection = fresh
      reused.append(try await client.execute(request).connectionWasReused)
    }
    #expect(reused == [false, true, false, true, true])
    #expect(peer.record.connectionCount == 2)
    #expect(peer.record.requests.count == 5)
  }

  @Test func `as many connections are kept as were asked for`() async throws {
    let client = try CurlClient(maximumConnections: 8)
    let peer = try ScriptedPeer { _ in [.readRequest, .awaitRequests(8), .send(Answer.ok), .answerAll(Answer.ok)] }
    for _ in 0..<5 {
      try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<8 { group.addTask { try await client.execute(peer.post()).status } }
        for try await status in group { #expect(status == 200) }
      }
    }
    #expect(peer.record.connectionCount == 8)
    #expect(peer.record.requests.count == 40)
  }

  @Test func `a connection that the peer closed while it was idle is not used`() async throws {
    let peer = try ScriptedPeer { number in
      number == 0 ? [.readRequest, .send(Answer.ok), .close] : [.answerAll(Answer.ok)]
    }
    _ = try await client.execute(peer.post())
    try await peer.events.wait { $0.closedByScript == 1 }
    #expect(try await client.execute(peer.post()).connectionWasReused == false)
    #expect(peer.record.requests.count == 2)
  }

  @Test func `a Unix socket is dialled instead of the host`() async throws {
    let path = NSTemporaryDirectory() + "curl-\(UUID().uuidString).sock"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let peer = try ScriptedPeer(at: .unix(path: path)) { _ in [.answerAll(Answer.ok)] }
    let other = try ScriptedPeer { _ in [.answerAll(Answer.ok)] }
    var request = CurlRequest(method: "POST", url: "http://localhost/queue", unixSocketPath: path, body: [65])
    #expect(try await client.execute(request).status == 200)
    #expect(try await client.execute(request).connectionWasReused)
    #expect(try await client.execute(other.post()).status == 200)
    request.method = "PUT"
    #expect(try await client.execute(request).connectionWasReused)
    #expect(
      peer.record.requests.map { $0.lines.prefix(2) } == [
        ["POST /queue HTTP/1.1", "Host: localhost"], ["POST /queue HTTP/1.1", "Host: localhost"],
        ["PUT /queue HTTP/1.1", "Host: localhost"],
      ])
    #expect(peer.record.connectionCount == 1)
    #expect(other.record.requests.count == 1)
  }

  @Test func `an answer before the end of the request counts`() async throws {
    let peer = try ScriptedPeer { _ in
      [
        .readHead, .send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
        .readBytes(8 << 20),
      ]
    }
    #expect(try await client.execute(peer.post([UInt8](repeating: 1, count: 8 << 20))).status == 413)
  }

  @Test func `neither request nor answer describes its contents`() {
    let request = CurlRequest(
      method: "POST", url: "http://user:secret@host:80/secret", headers: [("Authorization", "secret")],
      body: Array("secret".utf8))
    #expect("\(request)" == "POST to host:80, 6 bytes")
    #expect("\(CurlResponse(status: 200, headers: [("X", "secret")], body: Array("secret".utf8)))" == "200, 6 bytes")
  }

  @Test func `the library tells its version`() {
    #expect(CurlClient.libraryVersion.hasPrefix("libcurl/"))
  }
}
