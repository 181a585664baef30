import FoundationEssentials

/// Credentials of the role of an EC2 instance.
struct InstanceCredentials: CredentialSource {
  private static let path = "/latest/meta-data/iam/security-credentials/"

  private let service: Result<InstanceMetadata?, any Error>
  private let now: @Sendable () -> Date
  private let jitter: @Sendable (ClosedRange<Double>) -> Double

  init(
    environment: [String: String], metadata: MetadataClient, now: @escaping @Sendable () -> Date,
    jitter: @escaping @Sendable (ClosedRange<Double>) -> Double = { Double.random(in: $0) }
  ) {
    // Made once, because it keeps the service's token. A faulty setting is told to those who get as far as to ask.
    service = Result { try InstanceMetadata(environment: environment, metadata: metadata) }
    self.now = now
    self.jitter = jitter
  }

  func look() async throws -> SourceAnswer {
    guard let service = try service.get() else { return .absent("AWS_EC2_METADATA_DISABLED is set") }
    let role: String
    switch try await service.get(Self.path) {
    case .absent(let reason): return .absent(reason)
    case .notFound: return .absent("\(service.name) names no role: the instance has no instance profile")
    case .text(let bytes): role = try Self.role(in: bytes, service)
    }
    let source = "\(service.name), role \(role)"
    guard case .text(let body) = try await service.get(Self.path + role) else {
      throw AWSError.credentials(source, "has no credentials", isTemporary: true)
    }
    let document = try CredentialDocument(body, source: source, isTemporary: true)
    // The status is 200 also when there are none, as when the role has been deleted or may not be assumed by EC2.
    guard document.code == nil || document.code == "Success" else {
      throw AWSError.credentials(
        source, CredentialDocument.refusal(in: body) ?? "gave an error", advice: "Check the instance profile's role",
        isTemporary: true)
    }
    let credentials = try document.credentials(source: source, token: Credentials.Part("Token", document.token))
    if let extended = extended(credentials) {
      return .found(FoundCredentials(extended, from: "\(source), at the end of their life and not renewed by EC2"))
    }
    return .found(FoundCredentials(credentials, from: source))
  }

  /// The first line of the list, in which there is one role.
  private static func role(in bytes: [UInt8], _ service: InstanceMetadata) throws -> String {
    let name = String(decoding: bytes.prefix { $0 != 0x0A && $0 != 0x0D }, as: UTF8.self)
    // It becomes a part of a path (IAM User Guide, "IAM and AWS STS quotas": role names).
    guard (1...64).contains(name.utf8.count), name != ".", name != "..",
      name.utf8.allSatisfy({ RegionName.isLetterOrDigit($0) || "_+=,.@-".utf8.contains($0) })
    else { throw AWSError.credentials(service.name, "names a role that is no role's name", isTemporary: true) }
    return name
  }

  /// When EC2 cannot renew its credentials it goes on handing out the old ones, and AWS goes on taking them ("static
  /// stability"). So a set near or past its end is used on, and EC2 asked again after a quarter of an hour and a bit, so
  /// that a fleet does not ask all at once. Nil for a set that has longer to live.
  private func extended(_ credentials: Credentials) -> Credentials? {
    let moment = now()
    guard let expiration = credentials.expiration,
      expiration < moment.addingTimeInterval(RefreshState.advisoryWindow)
    else { return nil }
    return Credentials(
      accessKeyID: credentials.accessKeyID, secretAccessKey: credentials.secretAccessKey,
      sessionToken: credentials.sessionToken,
      expiration: moment.addingTimeInterval(RefreshState.advisoryWindow + jitter(120...600)))
  }
}
