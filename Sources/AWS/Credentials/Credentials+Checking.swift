import FoundationEssentials

extension Credentials {
  /// One part of a set, and what it is called where it comes from.
  struct Part {
    let name: String
    /// An empty one counts as missing.
    let value: Secret?

    init(_ name: String, _ value: String?) {
      self.name = name
      self.value = value.flatMap { $0.isEmpty ? nil : Secret($0) }
    }
  }

  /// A set from its parts; throws an `AWSError` if one is missing or cannot be sent. `source` begins the sentence.
  init(source: String?, keyID: Part, secret: Part, token: Part? = nil, expiration: Date? = nil) throws {
    func failure(_ reason: String) -> AWSError {
      source.map { .credentials($0, reason) } ?? AWSError(code: .credentials, message: reason)
    }
    guard let id = keyID.value else {
      throw failure(
        secret.value == nil
          ? "\(keyID.name) and \(secret.name) are not set"
          : "\(secret.name) is set but \(keyID.name) is not; set both or neither")
    }
    guard let key = secret.value else {
      throw failure("\(keyID.name) is set but \(secret.name) is not; set both or neither")
    }
    // No part ever has any, and all but the secret go into headers. The usual cause is a line break that came along from a
    // file; without this check it shows as a wrong signature.
    for part in [keyID, secret, token].compactMap({ $0 })
    where part.value?.exposed.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) == false {
      throw failure(
        "\(part.name) contains a space, a line break or a character that is not ASCII; look for one at its end")
    }
    self.init(accessKeyID: id.exposed, secretAccessKey: key, sessionToken: token?.value, expiration: expiration)
  }
}
