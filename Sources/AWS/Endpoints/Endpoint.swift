/// Where a service is called, and the region its requests are signed for.
package struct Endpoint: Sendable, Hashable, CustomStringConvertible {
  package let service: AWSService
  package let region: String
  /// What is dialled, with the path that is called: "https://sqs.eu-west-1.amazonaws.com/".
  package let url: String
  /// The `Host` header, and what the signature says about it.
  package let hostHeader: String
  /// "/" unless an override has a path of its own.
  package let path: String
  /// It comes from an `AWS_ENDPOINT_URL…` variable.
  package let isOverride: Bool

  package var description: String { "\(url) (\(region))" }

  init(service: AWSService, region: String, url: HTTPURL, isOverride: Bool) {
    self.service = service
    self.region = region
    self.isOverride = isOverride
    hostHeader = url.hostHeader
    path = url.path.isEmpty ? "/" : url.path
    self.url = "\(url.scheme)://\(url.hostHeader)\(path)"
  }
}
