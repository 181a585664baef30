/// The part of a signature that says for which region it was made. Signatures are not checked: there is nothing to guard.
struct CredentialScope: Hashable, Sendable {
  let region: String

  /// Reads `AWS4-HMAC-SHA256 Credential=KEY/20260102/eu-west-1/sqs/aws4_request, …`.
  init?(authorization: String) {
    guard let start = authorization.firstRange(of: "Credential=") else { return nil }
    let credential = authorization[start.upperBound...].prefix { $0 != "," && $0 != " " }
    let parts = credential.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count >= 5, parts.last == "aws4_request", !parts[parts.count - 3].isEmpty else { return nil }
    region = String(parts[parts.count - 3])
  }
}
