import TestSupport

extension FuzzedRequest {
  /// A way to make a request one that must be refused, whatever else is in it.
  struct Fault: Sendable {
    let name: String
    let apply: @Sendable (inout FuzzedRequest, inout SeededRandom) -> Void
  }

  static let faults: [Fault] = [
    line("two lengths") { random in ["Content-Length: 3", "Content-Length: \(random.number(0...9))"] },
    line("length and coding") { _ in ["Content-Length: 3", "Transfer-Encoding: chunked"] },
    line("bad length") { random in
      let bad = [
        "+3", "-3", "0x3", "3,3", "3 3", "", "three", "3.0", "99999999999999999999", "3;", "\u{0663}", "3\u{0B}",
      ]
      return ["Content-Length: \(random.pick(bad))"]
    },
    line("bad coding") { random in
      let bad = [
        "gzip", "identity", "chunked, chunked", "xchunked", "chunked, gzip", "\"chunked\"", "chunked;q=1", "",
        "\u{0B}chunked", "chunked,", "ch unked",
      ]
      return ["Transfer-Encoding: \(random.pick(bad))"]
    },
    line("two codings") { random in
      ["Transfer-Encoding: chunked", "Transfer-Encoding: \(random.pick(["chunked", "identity", "x"]))"]
    },
    header("control character") { random in
      "X-A: b\(random.pick(["\0", "\r", "\u{01}", "\u{0B}", "\u{1F}", "\u{7F}"]))c"
    },
    header("bad name") { random in "\(random.pick(["X A", "X(", "X\t", "X-A ", "X\"", "X\u{E9}", ""])): b" },
    header("no colon") { _ in "X-A" },
    header("folded") { random in "X-A: b\r\n\(random.pick([" ", "\t"]))c" },
    header("bare line feed") { random in "X-A: b\(random.pick(["\nX-B: c", "\n", "\n\r"]))" },
    header("another Host") { _ in "host: b" },
    header("another expectation") { _ in "Expect: 200-ok" },
    Fault(name: "no Host") { request, _ in request.headers.removeAll { $0.lowercased().hasPrefix("host") } },
    Fault(name: "line feeds alone") { request, _ in request.lineEnd = "\n" },
    Fault(name: "bad version") { request, random in
      request.version = random.pick([
        "HTTP/1.2", "HTTP/2.0", "HTTP/0.9", "HTTX/1.1", "http/1.1", "HTTP/1.1x", "HTTP/11", "1.1",
      ])
    },
    Fault(name: "bad method") { request, random in
      request.method = random.pick(["get", "BREW", "G(T", "GET\t", "", String(repeating: "M", count: 5_000), "CONNECT"])
    },
    Fault(name: "bad target") { request, random in
      request.target = random.pick(
        ["", "a", "a:80", "/a b", "/\0", "/\u{01}", "/#", "/\u{E9}", "ftp://a/", "//\u{7F}", "/\t", "/\r"])
    },
    Fault(name: "bad chunk") { request, random in
      let size = random.pick(
        [
          "", "+5", "-5", "0x5", " 5", "5 ", "5g", "g", "5\n", "5\r", "5,5", "10000000000000005", "fffffffffffffffff",
          "5;a\nb",
        ])
      request.makeChunked([Chunk(size: "3", data: [1, 2, 3]), Chunk(size: size, data: Array("hello".utf8))])
    },
    Fault(name: "bad chunk end") { request, random in
      let end = random.pick(["", "\n", "\r", "x\r\n", "\r\r\n"])
      request.makeChunked([Chunk(size: "5", data: Array("hello".utf8), end: end), Chunk(size: "1", data: [0x67])])
    },
    Fault(name: "bad trailer") { request, random in
      request.makeChunked([Chunk(size: "1", data: [1])])
      request.trailers = [random.pick(["X", ": y", "X : y", "X: y\r\n z", "X: \0", "X: y\n"])]
    },
  ]

  private static func line(
    _ name: String, _ lines: @escaping @Sendable (inout SeededRandom) -> [String]
  ) -> Fault {
    Fault(name: name) { request, random in
      request.method = "POST"
      request.chunks = nil
      request.framing = lines(&random)
    }
  }

  private static func header(_ name: String, _ line: @escaping @Sendable (inout SeededRandom) -> String) -> Fault {
    Fault(name: name) { request, random in
      request.headers.insert(line(&random), at: random.number(0...request.headers.count))
    }
  }

  private mutating func makeChunked(_ chunks: [Chunk]) {
    method = "POST"
    framing = ["Transfer-Encoding: chunked"]
    self.chunks = chunks
    trailers = []
  }
}
