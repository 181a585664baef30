import FoundationEssentials

/// The JSON in which the endpoints of ECS, EKS and EC2 and the programs of `credential_process` hand out credentials. They
/// agree but for the token's name and for what stands beside it.
struct CredentialDocument: Decodable {
  /// The most bytes that one may have; a session token is a few thousand.
  static let sizeLimit = 64 << 10

  var version: Int?
  var accessKeyID: String?
  var secretAccessKey: String?
  var token: String?
  var sessionToken: String?
  var expiration: String?
  /// "Success" from EC2; an error's name from EC2 and, in lower case, from ECS.
  var code: String?
  var message: String?

  enum CodingKeys: String, CodingKey {
    case version = "Version"
    case accessKeyID = "AccessKeyId"
    case secretAccessKey = "SecretAccessKey"
    case token = "Token"
    case sessionToken = "SessionToken"
    case expiration = "Expiration"
    case code = "Code"
    case message = "Message"
    case lowerCode = "code"
    case lowerMessage = "message"
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func text(_ key: CodingKeys) throws -> String? { try container.decodeIfPresent(String.self, forKey: key) }
    version = try container.decodeIfPresent(Int.self, forKey: .version)
    accessKeyID = try text(.accessKeyID)
    secretAccessKey = try text(.secretAccessKey)
    token = try text(.token)
    sessionToken = try text(.sessionToken)
    expiration = try text(.expiration)
    code = try text(.code) ?? text(.lowerCode)
    message = try text(.message) ?? text(.lowerMessage)
  }

  /// Throws an `AWSError` that says where in the text the fault is and shows nothing of it.
  init(_ bytes: [UInt8], source: String, isTemporary: Bool) throws {
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(bytes))
    } catch {
      throw AWSError.credentials(
        source, "the answer of \(bytes.count) bytes cannot be read: \(error.whereAndWhat)", isTemporary: isTemporary)
    }
  }

  /// The error in an answer that is one, in half a sentence; nil if it holds none or is not readable.
  static func refusal(in bytes: [UInt8]) -> String? {
    guard let document = try? JSONDecoder().decode(Self.self, from: Data(bytes)) else { return nil }
    let parts = [document.code, document.message].compactMap { $0 }.filter { !$0.isEmpty }
    return parts.isEmpty ? nil : AWSError.shortened(parts.joined(separator: ": "))
  }

  func credentials(source: String, token: Credentials.Part) throws -> Credentials {
    var moment: Date?
    if let expiration, !expiration.isEmpty {
      moment = Timestamp.parse(expiration)
      guard moment != nil else {
        throw AWSError.credentials(source, "the Expiration in its answer is no time like 2026-01-02T03:04:05Z")
      }
    }
    return try Credentials(
      source: source, keyID: Credentials.Part("AccessKeyId", accessKeyID),
      secret: Credentials.Part("SecretAccessKey", secretAccessKey), token: token, expiration: moment)
  }
}
