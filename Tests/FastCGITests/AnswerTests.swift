import NIOCore
import Testing

@testable import FastCGI

struct AnswerTests {
  private func answer(
    _ pieces: [String], headLimit: Int = 65_536, keptStart: Int = 4096, keptEnd: Int = 4096
  ) throws -> FastCGIAnswer {
    var request = FastCGIRequest(parameters: [])
    request.keptBodyStart = keptStart
    request.keptBodyEnd = keptEnd
    var assembly = AnswerAssembly(request, headLimit: headLimit)
    for piece in pieces { try assembly.append(ByteBuffer(string: piece)) }
    return try assembly.answer(EndRequest(0), connectionWasReused: false)
  }

  @Test(arguments: [
    ("Content-Type: text/html\r\n\r\n", 200), ("Content-Type: text/html\n\n", 200),
    ("Status: 500 Internal Server Error\r\nX: y\r\n\r\n", 500), ("X: y\nstatus:404\n\n", 404),
    ("STATUS: \t503 \r\n\r\n", 503), ("Status: 204 No Content\r\n\r\n", 204), ("Status: 599\n\n", 599),
    ("Location: https://example.com/\r\n\r\n", 302), ("Status: 301 Moved\r\nLocation: /x\r\n\r\n", 301),
    ("X:\r\n\r\n", 200),
  ]) func `the status is what the header says, or follows from it`(head: String, status: Int) throws {
    #expect(try answer([head + "body"]).status == status)
    #expect(try answer(head.map(String.init) + ["bo", "dy"]).bodyStart == Array("body".utf8))
  }

  @Test(arguments: [
    ("", "ended its answer before the header was complete"), ("\r\n", "sent an empty header"),
    ("\n", "sent an empty header"),
    ("Content-Type: text/html\r\n", "ended its answer before the header was complete"),
    ("no colon\r\n\r\n", "sent a header line that is none"), (": no name\r\n\r\n", "sent a header line that is none"),
    ("X: y\r\n folded\r\n\r\n", "sent a header line that is none"),
    ("X : y\r\n\r\n", "sent a header line that is none"),
    ("HTTP/1.1 200 OK\r\n\r\n", "sent a header line that is none"),
    ("Status: 99\r\n\r\n", "sent a Status line without a status from 200 to 599"),
    ("Status: 100 Continue\r\n\r\n", "sent a Status line without a status from 200 to 599"),
    ("Status: 600\r\n\r\n", "sent a Status line without a status from 200 to 599"),
    ("Status: 2000\r\n\r\n", "sent a Status line without a status from 200 to 599"),
    ("Status: OK\r\n\r\n", "sent a Status line without a status from 200 to 599"),
    ("Status:\r\n\r\n", "sent a Status line without a status from 200 to 599"),
    ("Status: 200 OK\r\nStatus: 500\r\n\r\n", "sent two Status lines"),
  ]) func `a header that is none is an error`(head: String, reason: String) {
    let error = #expect(throws: BadAnswer.self) { try answer([head]) }
    #expect(error?.reason == reason)
  }

  @Test func `headers stay in order and are found in any case`() throws {
    let answer = try answer(["X-B: 1\r\nRetry-After:  30 \r\nx-b: 2; é\r\n\r\n"])
    #expect(answer.headers.map(\.name) == ["X-B", "Retry-After", "x-b"])
    #expect(answer.headers.map(\.value) == ["1", "30", "2; é"])
    #expect(answer.header("retry-after") == "30" && answer.header("X-b") == "1" && answer.header("Status") == nil)
  }

  @Test func `a header of 64 KiB is taken and no larger one, in whatever pieces it comes`() throws {
    let head = { "X: " + String(repeating: "y", count: $0 - 7) + "\r\n\r\n" }
    #expect(try answer([head(65_536), "body"]).bodyLength == 4)
    for pieces in [[head(65_537)], [String(repeating: "z", count: 65_536), "z"], ["X: y\r\n", head(65_536)]] {
      let error = #expect(throws: BadAnswer.self) { try answer(pieces) }
      #expect(error?.reason == "sent a header of more than 65536 bytes")
    }
  }

  @Test func `of a body the beginning and the end are kept, and all is counted`() throws {
    let body = String((0..<30_000).flatMap { "\($0) " })
    let pieces =
      ["X: y\r\n\r\n"]
      + stride(from: 0, to: body.utf8.count, by: 97).map {
        String(Substring(body.utf8.dropFirst($0).prefix(97)))
      }
    let answer = try answer(pieces, keptStart: 100, keptEnd: 50)
    #expect(answer.bodyLength == body.utf8.count)
    #expect(answer.bodyStart == Array(body.utf8.prefix(100)) && answer.bodyEnd == Array(body.utf8.suffix(50)))
  }

  @Test func `nothing is kept where nothing is asked for`() throws {
    let answer = try answer(["X: y\r\n\r\n", "body"], keptStart: 0, keptEnd: 0)
    #expect(answer.bodyLength == 4 && answer.bodyStart.isEmpty && answer.bodyEnd.isEmpty)
  }

  @Test func `a short body is kept as both its beginning and its end`() throws {
    let answer = try answer(["X: y\n\nbo", "dy"])
    #expect(answer.bodyStart == Array("body".utf8) && answer.bodyEnd == answer.bodyStart)
  }
}
