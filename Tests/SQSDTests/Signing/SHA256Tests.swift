import TestSupport
import Testing

@testable import SQSD

struct SHA256Tests {
  @Test(
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
    ])
  func `the examples of the standard come out`(text: String, digest: String) {
    #expect(Hexadecimal.text(SHA256.hash(Array(text.utf8))) == digest)
  }

  @Test func `a text in pieces of any size has the hash of the whole`() {
    var random = SeededRandom(seed: 11)
    for _ in 0..<300 {
      let bytes = (0..<Int.random(in: 0...400, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      var hash = SHA256()
      var rest = bytes[...]
      while !rest.isEmpty {
        let piece = rest.prefix(Int.random(in: 1...150, using: &random))
        hash.update(Array(piece))
        rest = rest.dropFirst(piece.count)
      }
      #expect(hash.finish() == SHA256.hash(bytes))
    }
  }

  @Test func `hashes of every length up to three blocks are those of Python's hashlib`() async throws {
    let texts = (0...200).map { length in (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ length) } }
    let digests = try await Python.run(
      "import hashlib\nprint(json.dumps([hashlib.sha256(bytes.fromhex(t)).hexdigest() for t in given]))",
      given: texts.map(Hexadecimal.text), as: [String].self)
    #expect(digests == texts.map { Hexadecimal.text(SHA256.hash($0)) })
  }
}
