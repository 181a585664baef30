import Curl
import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct CurlClientFailureTests {
  let client: CurlClient

  init() throws { client = try CurlClient() }

  @Test func `a refused connection says so and where`() async throws {
    let peer = try ScriptedPeer { _ in [] }
    let request = peer.post()
    peer.stop()
    let error = try await client.failure(of: request)
    #expect(error.code == .connectionFailed)
    #expect("\(error)" == "connectionFailed: Connection refused at 127.0.0.1:\(peer.port) (libcurl error 7)")
    #expect(!error.answerBegan && !error.connectionWasReused)
  }

  @Test func `a Unix socket that is not there`() async throws {
    let error = try await client.failure(
      of: CurlRequest(method: "GET", url: "http://localhost/", unixSocketPath: "/nonexistent/x.sock"))
    #expect(error.code == .connectionFailed)
    #expect(error.message == "No such file or directory at unix:/nonexistent/x.sock")
  }

  @Test func `a name that is none`() async throws {
    // RFC 6761 section 6.4: "invalid" is never resolved; libcurl does not even ask for a name over 255 bytes.
    let error = try await client.failure(
      of: CurlRequest(method: "GET", url: "http://\(String(repeating: "a.", count: 200))invalid/"))
    #expect(error.code == .nameNotResolved || error.code == .invalidRequest, "\(error)")
  }

  @Test(arguments: [0, 200, 100_000])
  func `a reset connection is one POST and one error`(size: Int) async throws {
    let peer = try ScriptedPeer { _ in [.readRequest, .reset] }
    let error = try await client.failure(of: peer.post([UInt8](repeating: 1, count: size)))
    #expect(error.code == .connectionReset, "\(error)")
    #expect(!error.connectionWasReused && !error.answerBegan)
    #expect(peer.record.requests.count == 1)
  }

  /// The case in which libcurl 7.88 by itself sends a POST up to six times: a kept connection on which the peer closes
  /// after it has read the request. 200 bytes are copied by libcurl, 100,000 go through the read callback.
  @Test(arguments: [0, 200, 100_000], [ScriptedPeer.Step.close, .reset])
  func `a warm connection that closes after reading is exactly one POST`(size: Int, end: ScriptedPeer.Step) async throws
  {
    let peer = try ScriptedPeer { number in
      number < 4
        ? [.readRequest, .awaitRequests(4), .send(Answer.ok), .readRequest, end]
        : [.readRequest, .send(Answer.ok), .readRequest, end]
    }
    let request = peer.post([UInt8](repeating: 1, count: size))
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<4 { group.addTask { try await client.execute(peer.post()).status } }
      for try await status in group { #expect(status == 200) }
    }
    for attempt in 1...4 {
      let error = try await client.failure(of: request)
      if case .close = end { #expect(error.code == .closedBeforeAnswer, "\(error)") }
      #expect([.closedBeforeAnswer, .connectionReset].contains(error.code), "\(error)")
      #expect(error.connectionWasReused && !error.answerBegan)
      #expect(peer.record.requests.count == 4 + attempt)
    }
    #expect(peer.record.connectionCount == 4)
  }

  @Test func `a GET on a warm connection that closes is asked again`() async throws {
    let peer = try ScriptedPeer { number in
      number == 0 ? [.readRequest, .send(Answer.ok), .readRequest, .close] : [.answerAll(Answer.ok)]
    }
    _ = try await client.execute(peer.get)
    let answer = try await client.execute(peer.get)
    #expect(answer.status == 200)
    #expect(!answer.connectionWasReused)
    #expect(peer.record.requests.map(\.connection) == [0, 0, 1])
  }

  @Test func `a cold connection that closes after reading is exactly one request, GET or POST`() async throws {
    let peer = try ScriptedPeer { _ in [.readRequest, .close] }
    for request in [peer.get, peer.post([]), peer.post()] {
      let error = try await client.failure(of: request)
      #expect(error.code == .closedBeforeAnswer)
      #expect(!error.connectionWasReused && !error.answerBegan)
    }
    #expect(peer.record.requests.count == 3)
  }

  @Test func `an interim answer and then nothing`() async throws {
    let peer = try ScriptedPeer { number in
      [.readRequest, .send(Answer.ok), .readRequest, .send(Answer.processing), .close]
    }
    _ = try await client.execute(peer.post())
    let error = try await client.failure(of: peer.post())
    #expect(error.code == .closedBeforeAnswer, "\(error)")
    #expect(error.connectionWasReused && error.answerBegan)
    #expect(peer.record.requests.count == 2)
  }

  @Test(arguments: [
    "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-",
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\n",
  ])
  func `half an answer is no success`(answer: String) async throws {
    let peer = try ScriptedPeer { _ in [.readRequest, .send(answer), .close] }
    let error = try await client.failure(of: peer.post())
    #expect(error.code == .partialAnswer, "\(error)")
    #expect(error.answerBegan)
    #expect(peer.record.requests.count == 1)
  }

  @Test(arguments: [
    "SSH-2.0-OpenSSH_9.2\r\n", "\0\0\0\0\0\0\0\0", "<html>hello</html>\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "HTTP/9.9 200 OK\r\n\r\n",
  ])
  func `what is not HTTP is a bad answer`(answer: String) async throws {
    let peer = try ScriptedPeer { _ in [.readRequest, .send(answer), .close] }
    let error = try await client.failure(of: peer.post())
    #expect(error.code == .badAnswer, "\(error)")
    #expect(peer.record.requests.count == 1)
  }

  @Test func `the end of a body without a length is the end of the connection`() async throws {
    let peer = try ScriptedPeer { _ in [.readRequest, .send("HTTP/1.1 200 OK\r\n\r\nhello"), .close] }
    #expect(try await client.execute(peer.post()).body == Array("hello".utf8))
  }

  @Test func `a body over the limit ends the transfer`() async throws {
    let peer = try ScriptedPeer { _ in
      [
        .readRequest, .send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"),
        .sendBytes([UInt8](repeating: 1, count: 900_000)),
      ]
    }
    var request = peer.get
    request.bodyLimit = 500_000
    let error = try await client.failure(of: request)
    #expect(error.code == .bodyTooLarge)
    #expect(error.answerBegan)
    try await peer.events.wait { $0.closedByClient == 1 }
  }

  @Test(arguments: [60, 60_000]) func `a header without end is refused`(lineLength: Int) async throws {
    let line = Array(("X-A: " + String(repeating: "x", count: lineLength) + "\r\n").utf8)
    let lines = Array(repeating: line, count: (300 << 10) / line.count).flatMap(\.self)
    let peer = try ScriptedPeer { _ in [.readRequest, .send("HTTP/1.1 200 OK\r\n"), .sendBytes(lines)] }
    let error = try await client.failure(of: peer.get)
    #expect(error.code == .badAnswer, "\(error)")
  }

  @Test func `one header line without end is refused`() async throws {
    let peer = try ScriptedPeer { _ in
      [.readRequest, .send("HTTP/1.1 200 OK\r\nX-A: "), .sendBytes([UInt8](repeating: 120, count: 1 << 20))]
    }
    let error = try await client.failure(of: peer.get)
    #expect(error.code == .badAnswer, "\(error)")
  }

  @Test func `plain HTTP on a TLS address is a TLS error`() async throws {
    let peer = try ScriptedPeer { _ in [.send("HTTP/1.1 400 Bad Request\r\n\r\n"), .close] }
    let error = try await client.failure(of: CurlRequest(method: "GET", url: "https://127.0.0.1:\(peer.port)/"))
    #expect(error.code == .tlsFailed, "\(error)")
  }

  @Test func `an invalid request reaches nobody`() async throws {
    let peer = try ScriptedPeer { _ in [.answerAll(Answer.ok)] }
    var request = peer.post()
    request.headers = [("X-A", "1\r\nX-Injected: 2")]
    #expect(try await client.failure(of: request).code == .invalidRequest)
    #expect(try await client.failure(of: CurlRequest(method: "GET", url: "http://[nonsense/")).code == .invalidRequest)
    #expect(peer.record.connectionCount == 0)
  }

  @Test func `whatever comes, each request ends once`() async throws {
    let valid = Array(
      "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n".utf8)
    let peer = try ScriptedPeer { number in
      var generator = SeededGenerator(state: UInt64(number))
      var bytes = valid
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let place = bytes.indices.randomElement(using: &generator) ?? 0
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
        default: bytes.insert(contentsOf: bytes[place...], at: place)
        }
      }
      return [.readRequest, .sendBytes(bytes), number % 3 == 0 ? .reset : .close]
    }
    let client = client
    let ends = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<200 {
        group.addTask {
          var request = peer.post()
          request.freshConnection = true
          request.totalTimeout = .seconds(30)
          do {
            return (200..<600).contains(try await client.execute(request).status)
          } catch {
            return (error as? CurlError).map { ![.totalTimeout, .other, .invalidRequest].contains($0.code) } ?? false
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(ends.count == 200 && ends.allSatisfy(\.self))
    #expect(peer.record.requests.count == 200)
  }
}
