import Foundation
import TestSupport
import Testing

@testable import Server

/// The built program under hostile input: it answers or closes, runs no job that nobody asked for, and serves the next
/// client. (What the HTTP layer makes of each form is in HTTPCoreTests.)
@Suite(.timeLimit(.minutes(2)))
struct HostileRequestTests {
  /// A job that must never run.
  static let smuggled =
    "POST /queue HTTP/1.1\r\nHost: a\r\nX-Aws-Sqsd-Msgid: smuggled\r\nContent-Length: 1\r\n\r\nx"

  /// Requests as one party might read them, with the smuggled one where another party would see the next.
  static let families: [(name: String, lines: String, body: String)] = {
    let hidden = "0\r\n\r\n\(smuggled)"
    return [
      ("CL.CL", "Content-Length: 5\r\nContent-Length: \(smuggled.utf8.count + 5)", "hello\(smuggled)"),
      ("CL list", "Content-Length: 5, \(smuggled.utf8.count + 5)", "hello\(smuggled)"),
      ("CL.TE", "Content-Length: \(hidden.utf8.count)\r\nTransfer-Encoding: chunked", hidden),
      ("TE.CL", "Transfer-Encoding: chunked\r\nContent-Length: 4", "5c\r\n\(smuggled)\r\n0\r\n\r\n"),
      ("TE.TE", "Transfer-Encoding: chunked\r\nTransfer-Encoding: x", hidden),
      ("TE with a tab in front of its colon", "Transfer-Encoding\t: chunked", hidden),
      ("TE xchunked", "Transfer-Encoding: xchunked", hidden),
      ("TE behind a bare LF", "X: y\nTransfer-Encoding: chunked", hidden),
      ("TE behind a bare CR", "X: y\rTransfer-Encoding: chunked", hidden),
      ("TE folded", "Transfer-Encoding:\r\n chunked", hidden),
      ("TE with a NUL", "Transfer-Encoding: chunked\0", hidden),
      ("CL with a sign", "Content-Length: +5", "hello\(smuggled)"),
      ("CL in hexadecimal", "Content-Length: 0x5", "hello\(smuggled)"),
      ("CL behind a space", "Content-Length : 5", "hello\(smuggled)"),
      ("chunk size wraps", "Transfer-Encoding: chunked", "10000000000000000\r\n\(smuggled)"),
      ("chunk size negative", "Transfer-Encoding: chunked", "-1\r\n\(smuggled)"),
      ("chunk size with more behind it", "Transfer-Encoding: chunked", "5x\r\nhello\r\n\(hidden)"),
      ("chunk extension with a bare LF", "Transfer-Encoding: chunked", "5;\nhello\r\n\(hidden)"),
      ("chunk end missing", "Transfer-Encoding: chunked", "5\r\nhello\(hidden)"),
      ("last line missing", "Transfer-Encoding: chunked", "5\r\nhello\r\n0\r\n\(smuggled)"),
      ("bare LF ends the head", "Content-Length: 0\n", smuggled),
    ]
  }()

  @Test func `nothing is smuggled past a request that two parties could read differently`() async throws {
    let worker = try await WorkerProgram(["--queue-command", "/bin/true"])
    defer { worker.program.stop() }
    for family in Self.families {
      let client = try worker.connect()
      try await client.send("POST /queue HTTP/1.1\r\nHost: a\r\n\(family.lines)\r\n\r\n\(family.body)")
      #expect(try await client.receiveAnswer().status == 400, "\(family.name)")
      #expect(try await client.receiveToEnd() == [], "\(family.name)")
      try await worker.expectToRunJob()
    }
    // A request inside a body stays one.
    let client = try worker.connect()
    try await client.send(WorkerProgram.post(Array(Self.smuggled.utf8)))
    #expect(try await client.receiveAnswer().status == 200)
    try await worker.wait(for: Self.families.count + 1, linesWith: "job succeeded")
    #expect(worker.count("message.id=smuggled") == 0)
    #expect(worker.count("job succeeded") == Self.families.count + 1)
  }

  @Test func `headers by the megabyte are answered 431 and take no memory`() async throws {
    let worker = try await WorkerProgram(["--queue-command", "/bin/true"])
    defer { worker.program.stop() }
    let before = try worker.memoryPeak()
    let field = Array("X-Filling: \(String(repeating: "v", count: 9_000))\r\n".utf8)
    try await withThrowingTaskGroup { group in
      for number in 0..<24 {
        group.addTask {
          let client = try worker.connect()
          try await client.send("POST /queue HTTP/1.1\r\nHost: a\r\n")
          do {
            // One field of megabytes, or many of them.
            if number.isMultiple(of: 2) { try await client.send("X-Filling: ") }
            for _ in 0..<500 {
              try await client.send(number.isMultiple(of: 2) ? [UInt8](repeating: 0x76, count: 9_000) : field)
            }
          } catch RawClientError.reset {}
          #expect(try await client.receiveAnswer().status == 431)
        }
      }
      try await group.waitForAll()
    }
    #expect(try worker.memoryPeak() - before < 64 << 20)
    try await worker.expectToRunJob()
  }

  @Test func `a body that is cut off runs no job`() async throws {
    let worker = try await WorkerProgram(["--queue-command", "/bin/true"])
    defer { worker.program.stop() }
    let before = try worker.memoryPeak()
    for round in 0..<200 {
      let client = try worker.connect()
      let isChunked = round.isMultiple(of: 3)
      let head =
        "POST /queue HTTP/1.1\r\nHost: a\r\nX-Aws-Sqsd-Msgid: cut\r\n"
        + (isChunked ? "Transfer-Encoding: chunked\r\n\r\n100000\r\n" : "Content-Length: 1048576\r\n\r\n")
      try await client.send(Array(head.utf8) + [UInt8](repeating: 0x62, count: round * 5_000))
      switch round % 4 {
      case 0: client.reset()
      case 1: client.close()
      default:
        client.shutdownSending()
        #expect(try await client.receiveToEnd() == [])
      }
    }
    #expect(try worker.memoryPeak() - before < 160 << 20)
    try await worker.expectToRunJob()
    _ = try await worker.program.line(containing: "job succeeded")
    #expect(worker.count("message.id=cut") == 0)
  }

  @Test func `however many large messages wait, memory is bounded and small ones are taken`() async throws {
    let worker = try await WorkerProgram(
      [
        "--queue-command", "sh -c 'while [ -e /proc/$PPID ]; do sleep 0.2; done'", "--concurrency", "1", "--waiting",
        "500",
      ])
    defer { worker.program.stop() }
    let before = try worker.memoryPeak()
    let large = [UInt8](repeating: 0x62, count: 1_000_000)
    var clients: [RawClient] = []
    for number in 0..<200 {
      let client = try worker.connect()
      clients.append(client)
      do { try await client.send(WorkerProgram.post(large, messageID: "large-\(number)")) } catch RawClientError.reset {
      }
      // The first 68 fit into the room for bodies; they hear nothing yet, the others at once.
      guard number >= 68 else { continue }
      let answer = try await client.receiveAnswer()
      #expect(answer.status == 503)
      #expect(answer.header("Retry-After") == "30")
    }
    for number in 0..<50 {
      clients.append(try worker.connect())
      let small = [UInt8](repeating: 0x62, count: 10_000)
      try await clients[clients.count - 1].send(WorkerProgram.post(small, messageID: "small-\(number)"))
    }
    let health = try worker.connect()
    var counts = ""
    for _ in 0..<3_000 where !counts.contains(#""running":1,"waiting":117,"#) {
      try await health.send("GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
      counts = try await health.receiveAnswer().text
      try await Task.sleep(for: .milliseconds(10))
    }
    #expect(counts.contains(#""running":1,"waiting":117,"#))
    #expect(try worker.memoryPeak() - before < 160 << 20)
    #expect(worker.count("warning", "request refused") == 1)
  }
}
