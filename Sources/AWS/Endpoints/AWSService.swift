/// An AWS service, as far as finding its endpoint and signing for it go.
package struct AWSService: Sendable, Hashable {
  /// The service's name in a credential scope.
  package let signingName: String
  /// The first label of its hosts: "sqs" in "sqs.eu-west-1.amazonaws.com".
  package let hostPrefix: String
  /// What `AWS_ENDPOINT_URL_…` ends in for it.
  package let environmentSuffix: String
  /// In AWS GovCloud its standard endpoint is also the FIPS one, and no other host is.
  package let standardIsFIPSInGovCloud: Bool

  package static let sqs = AWSService(
    signingName: "sqs", hostPrefix: "sqs", environmentSuffix: "SQS", standardIsFIPSInGovCloud: true)

  package static let sts = AWSService(
    signingName: "sts", hostPrefix: "sts", environmentSuffix: "STS", standardIsFIPSInGovCloud: true)
}
