import TestSupport
import Testing

@testable import SQSD

/// docs/signature.md is true: its vectors are ours, and its Python takes what we sign.
struct SignatureDocumentTests {
  @Test func `the document's vectors are what we sign`() throws {
    let document = try SignatureDocument()
    let vectors = try document.vectors()
    #expect(vectors.count >= 4)
    for vector in vectors {
      let request = Signable(
        method: vector.method, target: vector.target, headers: vector.headers.map { ($0.key, $0.value) },
        body: try #require(Hexadecimal.bytes(vector.body)), secret: try #require(Hexadecimal.bytes(vector.secret)),
        time: vector.time)
      let text = try #require(
        SignedText(method: request.method, target: request.target, headers: request.headers, body: request.body))
      #expect(String(decoding: text.bytes(at: vector.time), as: UTF8.self) == vector.text, "\(vector.name)")
      #expect(try request.signed() == vector.signature, "\(vector.name)")
      #expect(request.refusal(vector.signature) == nil, "\(vector.name)")
    }
    // The one that is explained step by step.
    let first = try #require(vectors.first)
    #expect(document.text.contains("\n\(RequestSignature.header): \(first.signature)\n"))
    #expect(document.text.contains("\n```\n\(first.text)\n```\n"))
  }

  /// One request for Python: as our side sees it, and whether it should pass.
  private struct Case: Encodable {
    var secrets: [String]
    var method: String
    var target: String
    var headers: [String: String]
    var body: String
    var now: Int64
    var isGood: Bool
  }

  @Test func `the document's Python takes what we sign, and nothing that was changed`() async throws {
    var random = SeededRandom(seed: 12)
    var cases: [Case] = []
    for number in 0..<200 {
      let request = Signable(
        target: "/" + Self.text(&random, of: "abc/%20?&=~"),
        headers: [
          ("X-Aws-Sqsd-Msgid", Self.text(&random, of: "0123456789abcdef-")),
          ("X-Aws-Sqsd-Taskname", Self.text(&random, of: "nightlyÜé😀 _")),
          ("X-Aws-Sqsd-Scheduled-At", Self.text(&random, of: "0123456789-T:Z")),
        ],
        body: (0..<Int.random(in: 0...300, using: &random)).map { _ in .random(in: 0...255, using: &random) },
        secret: (0..<Int.random(in: 16...150, using: &random)).map { _ in .random(in: 0...255, using: &random) },
        time: .random(in: 0...99_999_999_999, using: &random))
      var headers = Dictionary(uniqueKeysWithValues: request.headers.map { ($0.name, HeaderText.trimmed($0.value)) })
      headers[RequestSignature.header] = try request.signed()
      let other = Hexadecimal.text(Array("another secret, also known".utf8))
      var good = Case(
        secrets: [other, Hexadecimal.text(request.secret)], method: "POST", target: request.target, headers: headers,
        body: Hexadecimal.text(request.body), now: request.time + .random(in: -300...300, using: &random), isGood: true)
      cases.append(good)
      good.isGood = false
      switch number % 6 {
      case 0: good.secrets = [other]
      case 1: good.target += "x"
      case 2: good.headers["X-Aws-Sqsd-Msgid", default: ""] += "0"
      case 3: good.body += "00"
      case 4: good.now = request.time + 301
      default: good.headers[RequestSignature.header] = nil
      }
      cases.append(good)
    }
    let judgements = try await Python.run(
      try SignatureDocument().code("python") + """

        print(json.dumps([
            is_signed([bytes.fromhex(s) for s in c["secrets"]], c["method"].encode(), c["target"].encode(),
                      lambda name: c["headers"].get(name, "").encode(), bytes.fromhex(c["body"]), c["now"])
            for c in given
        ]))
        """, given: cases, as: [Bool].self)
    #expect(judgements == cases.map(\.isGood))
  }

  private static func text(_ random: inout SeededRandom, of letters: String) -> String {
    String((0..<Int.random(in: 0...12, using: &random)).compactMap { _ in letters.randomElement(using: &random) })
  }
}
