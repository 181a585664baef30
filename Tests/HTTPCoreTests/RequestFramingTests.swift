import HTTPCore
import TestSupport
import Testing

/// Requests that two parties could read differently, or that nobody should read at all.
@Suite(.timeLimit(.minutes(1))) struct RequestFramingTests {
  struct Hostile: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: String
    let status: Int
    var testDescription: String { name }

    init(_ status: Int, _ name: String, _ bytes: String) {
      self.status = status
      self.name = name
      self.bytes = bytes
    }

    /// A POST with these header lines and what follows the head.
    static func post(_ status: Int, _ name: String, _ lines: String, _ body: String = "") -> Hostile {
      Hostile(status, name, "POST / HTTP/1.1\r\nHost: a\r\n\(lines)\r\n\r\n\(body)")
    }
  }

  static let smuggle = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"

  static let lengths: [Hostile] = [
    .post(400, "CL.CL differing", "Content-Length: 5\r\nContent-Length: 6", "hello"),
    .post(400, "CL.CL same", "Content-Length: 5\r\nContent-Length: 5", "hello"),
    .post(400, "CL list same", "Content-Length: 5, 5", "hello"),
    .post(400, "CL list differing", "Content-Length: 5, 6", "hello"),
    .post(400, "CL.TE", "Content-Length: 6\r\nTransfer-Encoding: chunked", "0\r\n\r\n\(smuggle)"),
    .post(400, "TE.CL", "Transfer-Encoding: chunked\r\nContent-Length: 4", "5c\r\n\(smuggle)\r\n0\r\n\r\n"),
    .post(400, "CL 0 beside TE", "Content-Length: 0\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
    .post(400, "CL negative", "Content-Length: -5", "hello"),
    .post(400, "CL plus", "Content-Length: +5", "hello"),
    .post(400, "CL hex", "Content-Length: 0x5", "hello"),
    .post(400, "CL hex digits", "Content-Length: a", "hello"),
    .post(400, "CL empty", "Content-Length: ", "hello"),
    .post(400, "CL space inside", "Content-Length: 5 5", "hello"),
    .post(400, "CL fraction", "Content-Length: 5.0", "hello"),
    .post(400, "CL over UInt64", "Content-Length: 18446744073709551621", "hello"),
    .post(400, "CL of 40 digits", "Content-Length: 5555555555555555555555555555555555555555", "hello"),
    .post(400, "CL over Int", "Content-Length: 9223372036854775808", "hello"),
    .post(413, "CL of Int.max", "Content-Length: 9223372036854775807", "hello"),
    .post(400, "CL in other digits", "Content-Length: \u{0665}", "hello"),
    .post(400, "CL with a tab and more", "Content-Length: 5\t6", "hello"),
    .post(400, "CL name with a space before the colon", "Content-Length : 5", "hello"),
    .post(400, "CL with a NUL", "Content-Length: 5\0", "hello"),
    .post(400, "CL with a comma behind it", "Content-Length: 5,", "hello"),
    .post(400, "CL folded", "Content-Length: 5\r\n 6", "hello"),
    .post(400, "CL.CL differing in zeros", "Content-Length: 5\r\nContent-Length: 05", "hello"),
    .post(400, "CL in another case and again", "content-length: 0\r\nCONTENT-LENGTH: 39", "hello"),
    .post(400, "CL of zeros and a letter", "Content-Length: \(String(repeating: "0", count: 99))x", "hello"),
  ]

  static let codings: [Hostile] = [
    .post(400, "TE.TE", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", "0\r\n\r\n"),
    .post(400, "TE.TE both chunked", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
    .post(400, "TE chunked twice", "Transfer-Encoding: chunked, chunked", "0\r\n\r\n"),
    .post(400, "TE xchunked", "Transfer-Encoding: xchunked", "0\r\n\r\n"),
    .post(400, "TE chunked first", "Transfer-Encoding: chunked, gzip", "0\r\n\r\n"),
    .post(501, "TE gzip, chunked", "Transfer-Encoding: gzip, chunked", "0\r\n\r\n"),
    .post(400, "TE identity", "Transfer-Encoding: identity", "0\r\n\r\n"),
    .post(400, "TE empty", "Transfer-Encoding: ", "0\r\n\r\n"),
    .post(400, "TE quoted", "Transfer-Encoding: \"chunked\"", "0\r\n\r\n"),
    .post(400, "TE with a vertical tab", "Transfer-Encoding: \u{0B}chunked", "0\r\n\r\n"),
    .post(400, "TE with a parameter", "Transfer-Encoding: chunked;a=b", "0\r\n\r\n"),
    .post(400, "TE name with a space", "Transfer-Encoding : chunked", "0\r\n\r\n"),
    .post(400, "TE name with a tab", "Transfer-Encoding\t: chunked", "0\r\n\r\n"),
    .post(400, "TE on a folded line", "X: y\r\n Transfer-Encoding: chunked", "0\r\n\r\n"),
    .post(400, "TE value folded", "Transfer-Encoding:\r\n chunked", "0\r\n\r\n"),
    .post(400, "TE behind a bare CR", "X: y\rTransfer-Encoding: chunked", "0\r\n\r\n"),
    .post(400, "TE behind a bare LF", "X: y\nTransfer-Encoding: chunked", "0\r\n\r\n"),
    .post(400, "TE with a NUL", "Transfer-Encoding: chunked\0", "0\r\n\r\n"),
    .post(400, "TE with a comma before it", "Transfer-Encoding: , chunked", "0\r\n\r\n"),
    .post(400, "TE with a comma behind it", "Transfer-Encoding: chunked,", "0\r\n\r\n"),
    .post(400, "TE with a form feed", "Transfer-Encoding: chunked\u{0C}", "0\r\n\r\n"),
    .post(400, "TE in two lines", "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
    .post(400, "TE.TE in another case", "transfer-encoding: x\r\nTRANSFER-ENCODING: chunked", "0\r\n\r\n"),
    .post(400, "TE with Unicode that folds to ASCII", "Transfer-Encoding: chun\u{212A}ed", "0\r\n\r\n"),
    .post(400, "TE behind a colon line", ": x\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
    Hostile(400, "TE on HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
  ]

  static let chunks: [Hostile] =
    [
      ("size is empty", "\r\nhello\r\n0\r\n\r\n"),
      ("size has a sign", "+5\r\nhello\r\n0\r\n\r\n"),
      ("size is negative", "-5\r\nhello\r\n0\r\n\r\n"),
      ("size has 0x", "0x5\r\nhello\r\n0\r\n\r\n"),
      ("size is followed by a space", "5 \r\nhello\r\n0\r\n\r\n"),
      ("size is preceded by a space", " 5\r\nhello\r\n0\r\n\r\n"),
      ("size over UInt64", "10000000000000005\r\nhello\r\n0\r\n\r\n"),
      ("size is no number", "g\r\nhello\r\n0\r\n\r\n"),
      ("size line ends with LF", "5\nhello\r\n0\r\n\r\n"),
      ("size line ends with CR", "5\rhello\r\n0\r\n\r\n"),
      ("data is longer than its size", "4\r\nhello\r\n0\r\n\r\n"),
      ("data ends with LF", "5\r\nhello\n0\r\n\r\n"),
      ("data is not ended", "5\r\nhello0\r\n\r\n"),
      ("extension holds a bare LF", "5;a\nb\r\nhello\r\n0\r\n\r\n"),
      ("extension holds a bare CR", "5;a\rb\r\nhello\r\n0\r\n\r\n"),
      ("extension is endless", "5;" + String(repeating: "a", count: 60_000) + "\r\nhello\r\n0\r\n\r\n"),
      ("size is followed by a letter", "5g\r\nhello\r\n0\r\n\r\n"),
      ("size is followed by a tab", "5\t\r\nhello\r\n0\r\n\r\n"),
      ("size is followed by a NUL", "5\0\r\nhello\r\n0\r\n\r\n"),
      ("size is 0 with a sign", "5\r\nhello\r\n-0\r\n\r\n"),
      ("size wraps UInt64 to 5", "100000000000000005\r\nhello\r\n0\r\n\r\n"),
      ("sizes are a list", "5,5\r\nhello\r\n0\r\n\r\n"),
      ("extension holds a NUL", "5;a\0b\r\nhello\r\n0\r\n\r\n"),
      ("last line ends with LF", "5\r\nhello\r\n0\r\n\n"),
      ("trailer has a space before the colon", "5\r\nhello\r\n0\r\nX : y\r\n\r\n"),
      ("trailer is folded", "5\r\nhello\r\n0\r\nX: y\r\n z\r\n\r\n"),
      ("trailer has no name", "5\r\nhello\r\n0\r\n: z\r\n\r\n"),
    ].map { Hostile.post(400, $0.0, "Transfer-Encoding: chunked", $0.1) } + [
      .post(
        413, "chunk of almost UInt64", "Transfer-Encoding: chunked",
        "ffffffffffffffff\r\nhello" + String(repeating: "x", count: 2_000_000))
    ]

  static let lines: [Hostile] = [
    Hostile(400, "bare LF everywhere", "GET / HTTP/1.1\nHost: a\n\n"),
    Hostile(400, "bare LF after the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n"),
    Hostile(400, "bare LF after a header", "GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n"),
    Hostile(400, "bare LF as the empty line", "GET / HTTP/1.1\r\nHost: a\r\n\n"),
    Hostile(400, "bare CR in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: y\rz\r\n\r\n"),
    Hostile(400, "bare CR as the empty line", "GET / HTTP/1.1\r\nHost: a\r\n\r\rX"),
    Hostile(400, "obs-fold with a space", "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\n\r\n"),
    Hostile(400, "obs-fold with a tab", "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n\tz\r\n\r\n"),
    Hostile(400, "first header line folded", "GET / HTTP/1.1\r\n Host: a\r\n\r\n"),
    Hostile(400, "space before the colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n"),
    Hostile(400, "no colon", "GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n"),
    Hostile(400, "empty name", "GET / HTTP/1.1\r\nHost: a\r\n: y\r\n\r\n"),
    Hostile(400, "name with a bracket", "GET / HTTP/1.1\r\nHost: a\r\nX[]: y\r\n\r\n"),
    Hostile(400, "NUL in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: y\0z\r\n\r\n"),
    Hostile(400, "NUL in a name", "GET / HTTP/1.1\r\nHost: a\r\nX\0: y\r\n\r\n"),
    Hostile(400, "DEL in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: y\u{7F}z\r\n\r\n"),
    Hostile(400, "NUL in the target", "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n"),
    Hostile(400, "control character in the target", "GET /\u{01} HTTP/1.1\r\nHost: a\r\n\r\n"),
    Hostile(400, "letter outside ASCII in the target", "GET /\u{E9} HTTP/1.1\r\nHost: a\r\n\r\n"),
    Hostile(400, "fragment in the target", "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n"),
    Hostile(400, "target without a slash", "GET a HTTP/1.1\r\nHost: a\r\n\r\n"),
    Hostile(400, "target in authority form", "GET a:80 HTTP/1.1\r\nHost: a\r\n\r\n"),
    Hostile(400, "target of another scheme", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n"),
    Hostile(400, "target is empty", "GET  HTTP/1.1\r\nHost: a\r\n\r\n"),
    Hostile(400, "space in the target", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"),
    Hostile(400, "star for GET", "GET * HTTP/1.1\r\nHost: a\r\n\r\n"),
    Hostile(400, "no version", "GET /\r\nHost: a\r\n\r\n"),
    Hostile(400, "words behind the version", "GET / HTTP/1.1 x\r\nHost: a\r\n\r\n"),
    Hostile(400, "version of another protocol", "GET / HTTPS/1.1\r\nHost: a\r\n\r\n"),
    Hostile(400, "Host missing", "GET / HTTP/1.1\r\nX: y\r\n\r\n"),
    Hostile(400, "Host repeated", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
    Hostile(400, "Host repeated in another case", "GET / HTTP/1.1\r\nHost: a\r\nhOST: b\r\n\r\n"),
    Hostile(400, "Host repeated on HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"),
    Hostile(400, "Host with a slash", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
    Hostile(400, "Host with an at sign", "GET / HTTP/1.1\r\nHost: b@a\r\n\r\n"),
    Hostile(400, "Host with two names", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"),
    Hostile(505, "HTTP/1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n"),
    Hostile(505, "HTTP/2.0", "GET / HTTP/2.0\r\nHost: a\r\n\r\n"),
    Hostile(505, "HTTP/0.9", "GET / HTTP/0.9\r\nHost: a\r\n\r\n"),
    Hostile(505, "HTTP/9.9", "GET / HTTP/9.9\r\nHost: a\r\n\r\n"),
    Hostile(505, "HTTP/2 with prior knowledge", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    Hostile(501, "unknown method", "BREW / HTTP/1.1\r\nHost: a\r\n\r\n"),
    Hostile(501, "method in lower case", "get / HTTP/1.1\r\nHost: a\r\n\r\n"),
    Hostile(501, "method of 100 kB", String(repeating: "M", count: 100_000) + " / HTTP/1.1\r\nHost: a\r\n\r\n"),
    Hostile(400, "method with a slash", "GE/T / HTTP/1.1\r\nHost: a\r\n\r\n"),
    Hostile(501, "CONNECT", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n"),
    Hostile(400, "TLS", "\u{16}\u{03}\u{01}\u{02}\0\u{01}\0\u{01}"),
    Hostile(400, "something else", "\0\0\0\0\0\0"),
    Hostile(417, "another expectation", "POST / HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\nContent-Length: 1\r\n\r\nx"),
  ]

  @Test(arguments: lengths + codings + chunks + lines)
  func `is refused with one clear answer, and nothing behind it is read`(_ hostile: Hostile) async throws {
    let seen = Counter()
    let count: HTTPResponder = { request, exchange in
      if request.path == "/smuggled" { seen.increment() }
      return await echo(request, exchange)
    }
    try await withServer(responder: count) { server in
      let client = try server.connect()
      try await client.send(hostile.bytes + Self.smuggle)
      let answer = try await client.receiveAnswer()
      #expect(answer.status == hostile.status, "\(answer.text)")
      #expect(answer.header("Connection") == "close")
      #expect(answer.text.hasSuffix(".\n"))
      #expect(try await client.receiveToEnd() == [])
      #expect(seen.value == 0)
      try await server.expectToServe()
    }
  }

  @Test(arguments: lengths + codings + chunks + lines)
  func `is refused alike when it comes byte by byte`(_ hostile: Hostile) async throws {
    guard hostile.bytes.utf8.count < 200 else { return }
    try await withServer { server in
      let client = try server.connect()
      do {
        try await client.send(Array(hostile.bytes.utf8), inPiecesOf: 1)
      } catch RawClientError.reset {
        // The server has answered, waited and closed; the answer is there all the same.
      }
      let answer = try await client.receiveAnswer()
      #expect(answer.status == hostile.status, "\(answer.text)")
      try await server.expectToServe()
    }
  }

  /// Lenient where it is harmless: nobody can read these in another way.
  @Test(arguments: [
    ("Content-Length: 005", "hello"), ("Content-Length:5", "hello"), ("Content-Length:   5  ", "hello"),
    ("transfer-ENCODING: Chunked", "5\r\nhello\r\n0\r\n\r\n"),
    ("Transfer-Encoding: chunked", "00000005\r\nhello\r\n000\r\n\r\n"),
    ("Transfer-Encoding: chunked", "5;a=b;c=\"d\"\r\nhello\r\n0;e\r\nX: y\r\n\r\n"),
  ])
  func `is one request of five bytes, and the next one begins behind it`(lines: String, body: String) async throws {
    try await withServer { server in
      let client = try server.connect()
      try await client.send("POST /1 HTTP/1.1\r\nHost: a\r\n\(lines)\r\n\r\n\(body)GET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
      let first = try await client.receiveAnswer()
      #expect(first.text == "hello")
      #expect(first.header("X-Target") == "/1")
      #expect(try await client.receiveAnswer().header("X-Target") == "/2")
    }
  }
}
