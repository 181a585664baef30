package import Curl
import FoundationEssentials

extension Endpoint {
  /// `resolve` with everything else that may know: the profile in use, and where neither that nor the environment nor the
  /// queue's URL names a region, the metadata of the ECS task or the EC2 instance.
  ///
  /// Throws `AWSError`, or `CancellationError`.
  package static func find(
    _ service: AWSService, queue: QueueURL? = nil, environment: [String: String], client: CurlClient,
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
  ) async throws -> Resolution {
    let profile = try ProfileSettings(environment: environment)
    var found: String?
    if try !isRegionKnown(service, queue: queue, environment: environment, profile: profile) {
      let metadata = MetadataClient(client: client, sleep: sleep)
      found = try await MetadataRegion(environment: environment, metadata: metadata).find()
    }
    return try resolve(service, queue: queue, environment: environment, profile: profile, found: found)
  }
}
