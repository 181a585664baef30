import Crypto

/// The first stage of a signature: the request in the one form in which both sides hash it.
struct CanonicalRequest {
  /// Six parts, a line break between each; the canonical headers end in one of their own, hence the empty line.
  let text: String
  /// The names of the signed headers, in lower case, in order, ";" between them.
  let signedHeaders: String

  init(method: String, path: String, headers: [(name: String, value: String)], body: [UInt8]) {
    let signed = Self.canonicalHeaders(headers)
    signedHeaders = signed.map(\.name).joined(separator: ";")
    var text = "\(method)\n\(Self.canonicalPath(path))\n\n"
    for header in signed {
      text += header.name
      text += ":"
      text += header.value
      text += "\n"
    }
    text += "\n\(signedHeaders)\n\(Hexadecimal.text(SHA256.hash(data: body)))"
    self.text = text
  }

  /// The headers to sign: host, content-type and every `x-amz-*`, several of one name joined by "," in their order.
  ///
  /// Others are left out, as a proxy may change them on the way (user-agent, x-amzn-trace-id, accept-encoding).
  static func canonicalHeaders(_ headers: [(name: String, value: String)]) -> [(name: String, value: String)] {
    var signed: [(name: String, value: String)] = []
    for (name, value) in headers {
      let name = name.lowercased()
      guard name == "host" || name == "content-type" || name.hasPrefix("x-amz-") else { continue }
      if let index = signed.firstIndex(where: { $0.name == name }) {
        signed[index].value += "," + collapsed(value)
      } else {
        signed.append((name, collapsed(value)))
      }
    }
    signed.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    return signed
  }

  /// Without white space at the ends, and each run of it inside as one space.
  static func collapsed(_ value: String) -> String {
    if isCollapsed(value) { return value }
    return value.split { $0 == " " || $0 == "\t" || $0 == "\n" || $0 == "\r" || $0 == "\r\n" }.joined(separator: " ")
  }

  /// As nearly every value is: single spaces inside, and no other white space. Splitting goes over characters, which costs
  /// as much as the rest of a signature.
  private static func isCollapsed(_ value: String) -> Bool {
    let bytes = value.utf8.span
    var previous = UInt8(ascii: " ")
    for index in bytes.indices {
      let byte = bytes[index]
      if byte < 0x20 || byte == 0x20 && previous == 0x20 { return false }
      previous = byte
    }
    return bytes.isEmpty || previous != 0x20
  }

  /// Empty and dot segments removed (RFC 3986, section 5.2.4), and what is already encoded encoded once more: so for
  /// every service but S3.
  static func canonicalPath(_ path: String) -> String {
    guard path.utf8.contains(where: { $0 != UInt8(ascii: "/") }) else { return "/" }
    var kept: [Substring] = []
    let segments = path.split(separator: "/")
    for segment in segments {
      switch segment {
      case ".": continue
      case "..": _ = kept.popLast()
      default: kept.append(segment)
      }
    }
    let endsInSlash = path.hasSuffix("/") && !kept.isEmpty
    return "/" + kept.map { encoded($0) }.joined(separator: "/") + (endsInSlash ? "/" : "")
  }

  private static func encoded(_ segment: Substring) -> String {
    var result = ""
    for byte in segment.utf8 {
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
        UInt8(ascii: "~"):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        result += "%" + Hexadecimal.text([byte], uppercase: true)
      }
    }
    return result
  }
}
