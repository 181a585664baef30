/// Why a request is refused whose signature was asked for. For the log: the sender is told none of it.
package struct SignatureRefusal: Sendable, Equatable {
  package enum Kind: Sendable, CaseIterable {
    case missing
    case malformed
    case repeated
    case wrong
    case late
    case early
  }

  package let kind: Kind
  package let reason: String

  /// Nil for a request that is signed with the key and at most five minutes old.
  package init?(
    method: String, target: String, headers: some Sequence<(name: String, value: String)>, body: [UInt8],
    key: SigningKey, now: Int64
  ) {
    let given = headers.filter { $0.name.lowercased() == Self.lowercasedHeader }
    guard let text = given.first?.value else {
      self.init(
        .missing, "it has no \(RequestSignature.header): does its sender have the secret? (sqsd: --signing-secret-file)"
      )
      return
    }
    guard given.count == 1, let signature = RequestSignature(parsing: HeaderText.trimmed(text)) else {
      self.init(.malformed, "its \(RequestSignature.header) is not one t=SECONDS and v1=HEXADECIMAL")
      return
    }
    guard let text = SignedText(method: method, target: target, headers: headers, body: body) else {
      self.init(.repeated, "one of the headers that are signed comes twice")
      return
    }
    let expected = key.authenticationCode(for: text.bytes(at: signature.time))
    // All of them, whatever the first ones said: how long this takes tells nothing.
    let matches = signature.codes.reduce(false) { Self.areEqual($1, expected) || $0 }
    guard matches else {
      self.init(.wrong, "it was signed with another secret, or changed on the way")
      return
    }
    // After the code, so that what is said about clocks is never said about a forgery.
    let age = now &- signature.time
    guard age <= RequestSignature.tolerance else {
      self.init(.late, "it was signed \(age) s ago, and five minutes are allowed: sent again, or do the clocks differ?")
      return
    }
    guard age >= -RequestSignature.tolerance else {
      self.init(
        .early, "it was signed \(age.magnitude) s in the future, and five minutes are allowed: do the clocks differ?")
      return
    }
    return nil
  }

  private init(_ kind: Kind, _ reason: String) {
    self.kind = kind
    self.reason = reason
  }

  private static let lowercasedHeader = RequestSignature.header.lowercased()

  /// Looks at every byte, so that the time it takes does not tell how many were right.
  static func areEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    guard a.count == b.count else { return false }
    var difference: UInt8 = 0
    for index in a.indices { difference |= a[index] ^ b[index] }
    return difference == 0
  }
}
