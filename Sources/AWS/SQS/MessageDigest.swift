import Crypto

/// The MD5 digests that SQS gives with a message (Amazon SQS Developer Guide, "Calculating the MD5 message digest for
/// message attributes"). They find damage on the way, not forgery.
enum MessageDigest {
  /// Whether `text` is the digest of a body, in hexadecimal.
  static func isText(_ text: String, ofBody body: [UInt8]) -> Bool {
    Hexadecimal.isText(text, of: Insecure.MD5.hash(data: body))
  }

  /// Of attributes: name, type, a byte for the kind of value, and the value of each, in the order of the names, every
  /// part but that byte with its length before it in four bytes, the highest first.
  static func ofAttributes(_ attributes: [MessageAttribute]) -> String {
    var encoded: [UInt8] = []
    func append(_ part: some Collection<UInt8>) {
      let length = UInt32(truncatingIfNeeded: part.count)
      encoded += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) }
      encoded.append(contentsOf: part)
    }
    for attribute in attributes.sorted(by: { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }) {
      append(attribute.name.utf8)
      append(attribute.dataType.utf8)
      switch attribute.value {
      case .string(let text):
        encoded.append(1)
        append(text.utf8)
      case .binary(let bytes):
        encoded.append(2)
        append(bytes)
      }
    }
    return Hexadecimal.text(Insecure.MD5.hash(data: encoded))
  }
}
