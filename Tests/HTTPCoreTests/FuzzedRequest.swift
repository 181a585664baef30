import TestSupport

/// A request of the grammar, in pieces, so that it can be broken at a known place.
struct FuzzedRequest {
  var method = "GET"
  var target = "/"
  var version = "HTTP/1.1"
  /// Whole lines, without their ends.
  var headers: [String] = []
  var framing: [String] = []
  var body: [UInt8] = []
  /// nil: as long as its Content-Length says.
  var chunks: [Chunk]?
  var trailers: [String] = []
  var lineEnd = "\r\n"

  struct Chunk {
    var size: String
    var extensions = ""
    var data: [UInt8]
    var end = "\r\n"
  }

  var bytes: [UInt8] {
    let lines = ["\(method) \(target) \(version)"] + headers + framing
    var bytes = Array(lines.map { $0 + lineEnd }.joined().utf8) + Array(lineEnd.utf8)
    guard let chunks else { return bytes + body }
    for chunk in chunks {
      bytes += Array("\(chunk.size)\(chunk.extensions)\r\n".utf8) + chunk.data + Array(chunk.end.utf8)
    }
    return bytes + Array("0\r\n\(trailers.map { $0 + "\r\n" }.joined())\r\n".utf8)
  }

  /// One that every party reads alike.
  static func valid(_ random: inout SeededRandom) -> FuzzedRequest {
    var request = FuzzedRequest()
    request.method = random.pick(["GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
    request.target = target(&random)
    request.headers = (0..<random.number(0...5)).map { _ in header(&random) }
    request.headers.insert(
      "Host:\(blanks(&random))\(random.pick(["a", "", "a.b:80", "[::1]", "127.0.0.1:8080"]))", at: 0)
    if random.chance(3) { request.headers.shuffle(using: &random) }
    if request.method != "GET", !random.chance(4) { request.addBody(&random) }
    return request
  }

  private mutating func addBody(_ random: inout SeededRandom) {
    body = random.bytes(random.chance(8) ? 0...40_000 : 0...60)
    // Behind a body that looks like a request, the next one would be smuggled.
    if random.chance(3) { body = Array("GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n".utf8) + body }
    if random.chance(2) {
      framing = ["Content-Length:\(random.pick(["", " ", "   "]))\(random.chance(4) ? "00" : "")\(body.count)"]
      return
    }
    framing = ["\(random.pick(["Transfer-Encoding", "TRANSFER-encoding"])): \(random.pick(["chunked", "Chunked"]))"]
    var rest = body[...]
    var pieces: [Chunk] = []
    while !rest.isEmpty {
      let data = Array(rest.prefix(random.number(1...(random.chance(2) ? 20 : 5_000))))
      rest = rest.dropFirst(data.count)
      let size = String(data.count, radix: 16, uppercase: random.chance(2))
      let extensions = random.chance(4) ? random.pick([";a", ";a=b", ";a=\"b c\"", ";a;b=c"]) : ""
      pieces.append(Chunk(size: (random.chance(5) ? "00" : "") + size, extensions: extensions, data: data))
    }
    chunks = pieces
    if random.chance(4) { trailers = [Self.header(&random)] }
  }

  static func target(_ random: inout SeededRandom) -> String {
    let characters = Array("abcXYZ0189/-._~!$&'()*+,;=:@%?[]{}|\"<>\\^`")
    let path = "/" + String((0..<random.number(0...40)).map { _ in random.pick(characters) })
    return random.chance(6) ? "http://\(random.pick(["a", "b.example:80"]))" + path : path
  }

  static func header(_ random: inout SeededRandom) -> String {
    let names = Array("abcXYZ019-_!#$%&'*+.^`|~")
    let values = Array("abc XYZ\t019:,;=\"()<>@\\/{}é☃")
    let name = "X-" + String((0..<random.number(0...12)).map { _ in random.pick(names) })
    let value = String((0..<random.number(0...(random.chance(10) ? 3_000 : 30))).map { _ in random.pick(values) })
    return "\(name):\(blanks(&random))\(value)\(blanks(&random))"
  }

  static func blanks(_ random: inout SeededRandom) -> String { random.pick(["", " ", "  ", "\t", " \t "]) }
}

extension SeededRandom {
  mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

  /// True once in so many times.
  mutating func chance(_ times: Int) -> Bool { number(1...times) == 1 }

  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[number(0...elements.count - 1)] }

  mutating func bytes(_ count: ClosedRange<Int>) -> [UInt8] {
    (0..<number(count)).map { _ in UInt8.random(in: 0...255, using: &self) }
  }
}
