/// The secret that daemon and application share, ready for HMAC-SHA256 (RFC 2104). Printing it prints no part of it.
package struct SigningKey: Sendable, CustomStringConvertible, CustomReflectable {
  /// Both hashes with the padded key in them: the key is the same for every request.
  private let inner: SHA256
  private let outer: SHA256

  /// The key is the secret's bytes as they are, whatever they are.
  package init(_ secret: [UInt8]) {
    var key = secret.count > SHA256.blockSize ? SHA256.hash(secret) : secret
    key += [UInt8](repeating: 0, count: SHA256.blockSize - key.count)
    var inner = SHA256()
    inner.update(key.map { $0 ^ 0x36 })
    self.inner = inner
    var outer = SHA256()
    outer.update(key.map { $0 ^ 0x5C })
    self.outer = outer
  }

  func authenticationCode(for bytes: [UInt8]) -> [UInt8] {
    var inner = inner
    inner.update(bytes)
    var outer = outer
    outer.update(inner.finish())
    return outer.finish()
  }

  package var description: String { "<redacted>" }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
