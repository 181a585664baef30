/// The header `X-Beanpole-Signature: t=<seconds since 1970>,v1=<hex>`: proof that a request comes from somebody who has
/// the secret, was not changed on the way, and is not an old one sent again.
package struct RequestSignature: Sendable, Equatable {
  package static let header = "X-Beanpole-Signature"
  /// How far the time of a signature may be from the verifier's, either way.
  package static let tolerance: Int64 = 300
  /// Far more than anybody needs: a longer text is no signature.
  static let longestText = 1024
  static let mostCodes = 8
  /// Digits of a time: until the year 33658.
  static let longestTime = 12

  var time: Int64
  /// One for each secret that the sender has; more than one only while secrets change.
  var codes: [[UInt8]]

  /// Signs a request with the headers that it is sent with; `target` is its path with its query. Nil for a request
  /// that cannot be signed: a signed header that comes twice, a line break where none can be.
  package init?(
    method: String, target: String, headers: some Sequence<(name: String, value: String)>, body: [UInt8],
    key: SigningKey, time: Int64
  ) {
    guard let text = SignedText(method: method, target: target, headers: headers, body: body) else { return nil }
    self.time = time
    codes = [key.authenticationCode(for: text.bytes(at: time))]
  }

  /// Reads the header. Elements with names that mean nothing here are passed over: a later version may add some.
  init?(parsing text: String) {
    guard text.utf8.count <= Self.longestText else { return nil }
    var time: Int64?
    codes = []
    for element in text.split(separator: ",", omittingEmptySubsequences: false) {
      let element = HeaderText.trimmed(String(element))
      guard let sign = element.firstIndex(of: "="), sign != element.startIndex else { return nil }
      let value = element[element.index(after: sign)...]
      switch element[..<sign] {
      case "t":
        // Only as the signed text has it: no sign, no zeros in front.
        guard time == nil, value.utf8.count <= Self.longestTime, let number = Int64(value), number >= 0,
          "\(number)" == value
        else { return nil }
        time = number
      case "v1":
        guard let code = Hexadecimal.bytes(value), code.count == SHA256.digestSize, codes.count < Self.mostCodes
        else { return nil }
        codes.append(code)
      default: continue
      }
    }
    guard let time, !codes.isEmpty else { return nil }
    self.time = time
  }

  /// The header's value.
  package var text: String {
    (["t=\(time)"] + codes.map { "v1=" + Hexadecimal.text($0) }).joined(separator: ",")
  }
}
