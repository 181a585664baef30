internal import Crypto

/// The MD5 sums by which clients check what they sent and received
/// (SQS Developer Guide, "Calculating the MD5 message digest for message attributes").
enum MessageDigest {
  static func body(_ text: String) -> String {
    hex(Insecure.MD5.hash(data: Array(text.utf8)))
  }

  /// Nil when there are none: SQS then leaves the member out.
  static func attributes(_ attributes: [String: MessageAttribute]) -> String? {
    guard !attributes.isEmpty else { return nil }
    var digest = Insecure.MD5()
    for (name, attribute) in attributes.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
      add(Array(name.utf8), to: &digest)
      add(Array(attribute.dataType.utf8), to: &digest)
      switch attribute.value {
      case .text(let text):
        digest.update(data: [1])
        add(Array(text.utf8), to: &digest)
      case .binary(let data):
        digest.update(data: [2])
        add(data, to: &digest)
      }
    }
    return hex(digest.finalize())
  }

  /// The deduplication id of a message on a queue with content-based deduplication: SHA-256 of the body alone.
  static func deduplicationID(of body: String) -> String {
    hex(SHA256.hash(data: Array(body.utf8)))
  }

  /// Each part is preceded by its length as four bytes, the highest first.
  private static func add(_ part: [UInt8], to digest: inout Insecure.MD5) {
    let length = UInt32(truncatingIfNeeded: part.count)
    digest.update(data: [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> UInt32($0)) })
    digest.update(data: part)
  }

  private static func hex(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(64)
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}
