/// Credentials as the profile in use says: `AWS_PROFILE`, else `default`. The files are read anew each time.
struct ProfileCredentials: CredentialSource {
  private let environment: [String: String]
  private let roles: RoleService
  private let container: ContainerCredentials
  private let instance: InstanceCredentials

  init(
    environment: [String: String], roles: RoleService, container: ContainerCredentials, instance: InstanceCredentials
  ) {
    self.environment = environment
    self.roles = roles
    self.container = container
    self.instance = instance
  }

  /// The profile in use, and whether somebody asked for it.
  static func name(in environment: [String: String]) -> (name: String, isChosen: Bool) {
    environment["AWS_PROFILE"].flatMap { $0.isEmpty ? nil : ($0, true) } ?? ("default", false)
  }

  func look() async throws -> SourceAnswer {
    let files = try ProfileFiles(environment: environment)
    let (name, isChosen) = Self.name(in: environment)
    guard let profile = try files.profile(name) else {
      guard !isChosen else {
        throw AWSError.credentials("AWS_PROFILE", "the profile \"\(name)\" is not in \(files.places)")
      }
      return .absent("no profile \"\(name)\" in \(files.places)")
    }
    let plan = try ProfilePlan(profile, in: files)
    // A profile may be there for its region alone.
    guard plan != .none else { return .absent("\(ProfilePlan.place(profile)) has no credentials") }
    return .found(try await credentials(plan, ProfilePlan.place(profile)))
  }

  private func credentials(_ plan: ProfilePlan, _ place: String) async throws -> FoundCredentials {
    switch plan {
    case .keys(let keys): return FoundCredentials(keys, from: place)
    case .process(let command):
      return FoundCredentials(
        try await CredentialProcess(command: command, environment: environment, place: place).run(),
        from: "\(place) (credential_process)")
    case .webIdentity(let identity): return try await roles.assume(identity)
    case .role(let role, let source):
      let found = try await credentials(source, place)
      return try await roles.assume(role, with: found)
    case .environment:
      return try await required(EnvironmentCredentials(environment: environment), "Environment", place)
    case .container: return try await required(container, "EcsContainer", place)
    case .instance: return try await required(instance, "Ec2InstanceMetadata", place)
    case .none: throw AWSError.credentials(place, "has no credentials")
    }
  }

  private func required(_ source: some CredentialSource, _ name: String, _ place: String) async throws
    -> FoundCredentials
  {
    switch try await source.look() {
    case .found(let found): return found
    case .absent(let reason): throw AWSError.credentials(place, "has credential_source = \(name), but \(reason)")
    }
  }
}
