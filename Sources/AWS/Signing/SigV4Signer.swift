import Crypto
package import FoundationEssentials

/// AWS Signature Version 4 with the signature in a header: request, credentials and date go in, headers come out.
///
/// The stages carry the names of AWS's own description (AWS Identity and Access Management User Guide, "Create a signed
/// AWS API request") and each can be called by itself, so that a test sees the first one to go wrong.
package struct SigV4Signer: Sendable {
  static let algorithm = "AWS4-HMAC-SHA256"

  package let region: String
  package let service: String
  private let signingKeys = SigningKeyCache()

  package init(region: String, service: String) {
    self.region = region
    self.service = service
  }

  /// The headers to add to the request: `X-Amz-Date`, with temporary credentials `X-Amz-Security-Token`, and
  /// `Authorization`. They hold for this request only; one that is sent again is signed again.
  package func headers(
    for request: SigV4Request, credentials: Credentials, date: Date
  ) -> [(name: String, value: String)] {
    // One reading of the clock for both the timestamp and the scope: two could fall on either side of midnight.
    let time = UTCTime(date)
    var added = [(name: "X-Amz-Date", value: time.basicTimestamp)]
    if let token = credentials.sessionToken { added.append((name: "X-Amz-Security-Token", value: token.exposed)) }
    let canonical = CanonicalRequest(
      method: request.method, path: request.path, headers: request.headers + added, body: request.body)
    let scope = credentialScope(time)
    let key = signingKeys.key(secret: credentials.secretAccessKey, day: time.basicDay) { day in
      signingKey(secret: credentials.secretAccessKey, day: day)
    }
    let signature = signature(of: stringToSign(canonical, time: time), with: key)
    added.append(
      (
        name: "Authorization",
        value: "\(Self.algorithm) Credential=\(credentials.accessKeyID)/\(scope), "
          + "SignedHeaders=\(canonical.signedHeaders), Signature=\(signature)"
      ))
    return added
  }

  /// "20260102/eu-west-1/sqs/aws4_request".
  func credentialScope(_ time: UTCTime) -> String { "\(time.basicDay)/\(region)/\(service)/aws4_request" }

  /// Algorithm, time, scope and the hash of the canonical request, a line each and no line break at the end.
  func stringToSign(_ canonical: CanonicalRequest, time: UTCTime) -> String {
    let hash = Hexadecimal.text(SHA256.hash(data: Array(canonical.text.utf8)))
    return "\(Self.algorithm)\n\(time.basicTimestamp)\n\(credentialScope(time))\n\(hash)"
  }

  /// Four HMACs deep, so that a key that leaks serves one day, one region and one service.
  func signingKey(secret: Secret, day: String) -> SymmetricKey {
    var key = SymmetricKey(data: Array("AWS4\(secret.exposed)".utf8))
    for part in [day, region, service, "aws4_request"] {
      key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Array(part.utf8), using: key))
    }
    return key
  }

  func signature(of stringToSign: String, with key: SymmetricKey) -> String {
    Hexadecimal.text(HMAC<SHA256>.authenticationCode(for: Array(stringToSign.utf8), using: key))
  }
}
