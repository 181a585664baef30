// Credentials: where they come from, in the order of CredentialChain.
//
// CredentialChain   asks one source after the other.
// Refreshing/       CredentialCache keeps the set in use and replaces it in time.
// Profiles/         ~/.aws/config and ~/.aws/credentials.
// Processes/        credential_process.
// Roles/            web identity, and what STS is asked.
// Metadata/         the endpoints of ECS, EKS and EC2.

package import Curl
package import FoundationEssentials

/// The sources of credentials in the order in which they are asked, each time anew: nothing is remembered but the
/// environment that the process began with.
///
/// 1. `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, whether or not `AWS_PROFILE` is set too, as with botocore;
/// 2. `AWS_WEB_IDENTITY_TOKEN_FILE` and `AWS_ROLE_ARN` (EKS);
/// 3. the profile `AWS_PROFILE`, else `default`;
/// 4. the container endpoint of ECS, Fargate and EKS Pod Identity;
/// 5. the instance metadata of EC2.
///
/// The first one that applies decides. If it fails, that is the error: the next one might be another identity, with other
/// rights.
package struct CredentialChain: Sendable, CustomReflectable {
  private let sources: [any CredentialSource]

  /// `region` is that of STS where neither the environment nor the profile names one.
  package init(
    environment: [String: String], client: CurlClient, region: String? = nil,
    now: @escaping @Sendable () -> Date = { Date() },
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
  ) {
    let metadata = MetadataClient(client: client, sleep: sleep)
    let container = ContainerCredentials(environment: environment, metadata: metadata)
    let instance = InstanceCredentials(environment: environment, metadata: metadata, now: now)
    let roles = RoleService(client: client, environment: environment, region: region, now: now, sleep: sleep)
    self.init(sources: [
      EnvironmentCredentials(environment: environment), EnvironmentWebIdentity(environment: environment, roles: roles),
      ProfileCredentials(environment: environment, roles: roles, container: container, instance: instance), container,
      instance,
    ])
  }

  /// The sources hold the environment, with its secrets.
  package var customMirror: Mirror { Mirror(self, children: []) }

  init(sources: [any CredentialSource]) {
    self.sources = sources
  }

  /// Throws an `AWSError` with the code `.credentials` or `.credentialsUnavailable`, or `CancellationError`.
  package func find() async throws -> FoundCredentials {
    var absent: [String] = []
    for source in sources {
      switch try await source.look() {
      case .found(let found): return found
      case .absent(let reason): absent.append(reason)
      }
    }
    throw AWSError.credentials(
      "no credentials found", absent.joined(separator: "; "),
      advice: "Give the task, pod or instance a role, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
  }
}
