/// What the profile in use says about region and endpoints.
struct ProfileSettings {
  private let profile: Profile
  private let files: ProfileFiles

  /// Nil without such a profile; whether it is missed is for the credentials to say.
  init?(environment: [String: String]) throws {
    files = try ProfileFiles(environment: environment)
    guard let profile = try files.profile(ProfileCredentials.name(in: environment).name) else { return nil }
    self.profile = profile
  }

  var region: Endpoint.Named<String>? { named("region") }
  var useFIPS: Endpoint.Named<String>? { named("use_fips_endpoint") }
  var useDualStack: Endpoint.Named<String>? { named("use_dualstack_endpoint") }
  var ignoreEndpoints: Endpoint.Named<String>? { named("ignore_configured_endpoint_urls") }

  /// The service's own endpoint in the section that `services` names, then the profile's for all.
  func endpoints(_ service: AWSService) throws -> [Endpoint.Named<String>] {
    var found: [Endpoint.Named<String>] = []
    if let name = profile["services"], let url = try files.services(name, service.signingName)["endpoint_url"] {
      found.append(Endpoint.Named(name: "endpoint_url of \(service.signingName) in [services \(name)]", value: url))
    }
    return found + [named("endpoint_url")].compactMap { $0 }
  }

  private func named(_ key: String) -> Endpoint.Named<String>? {
    profile[key].map { Endpoint.Named(name: "\(key) of \(ProfilePlan.place(profile))", value: $0) }
  }
}
