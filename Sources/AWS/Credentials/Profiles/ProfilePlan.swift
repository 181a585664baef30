/// What a profile wants to be done for credentials. Made of the files alone, so that it can be told before anything is
/// called.
indirect enum ProfilePlan: Sendable, Equatable {
  case keys(Credentials)
  /// The command of `credential_process`.
  case process(String)
  case webIdentity(WebIdentity)
  /// A role, and whose credentials are to assume it.
  case role(AssumedRole, using: ProfilePlan)
  case environment
  case container
  case instance
  /// Nothing in the profile is about credentials.
  case none

  /// The longest row of profiles that lead to one another.
  static let longestChain = 8

  init(_ profile: Profile, in files: ProfileFiles) throws {
    try self.init(profile, in: files, seen: [profile.name], isSource: false)
  }

  /// The order within a profile is botocore's: role, web identity, SSO, keys of the credentials file, login, program, keys
  /// of the config file. In a profile that is another's source its keys go before its role, which is what lets a profile
  /// with both name itself.
  private init(_ profile: Profile, in files: ProfileFiles, seen: [String], isSource: Bool) throws {
    let place = Self.place(profile)
    if isSource, let keys = try Self.keys(profile) {
      self = .keys(keys)
    } else if let arn = profile["role_arn"] {
      if let file = profile["web_identity_token_file"] {
        self = .webIdentity(
          WebIdentity(
            roleARN: arn, tokenFile: file, sessionName: profile["role_session_name"],
            duration: try Self.duration(profile), place: place))
      } else {
        self = try Self.role(arn, profile, in: files, seen: seen)
      }
    } else if profile["web_identity_token_file"] != nil {
      throw AWSError.credentials(place, "has web_identity_token_file and no role_arn")
    } else if ["sso_session", "sso_start_url", "sso_account_id"].contains(where: { profile[$0] != nil }) {
      throw AWSError.credentials(
        place, "signs in through SSO, which a daemon cannot renew",
        advice: Self.exportAdvice(profile))
    } else if profile.credentials != nil, profile.staticKeys == profile.credentials, let keys = try Self.keys(profile) {
      self = .keys(keys)
    } else if profile["login_session"] != nil {
      throw AWSError.credentials(
        place, "uses a session of aws login, which a daemon cannot renew",
        advice: Self.exportAdvice(profile))
    } else if let command = profile["credential_process"] {
      self = .process(command)
    } else if let keys = try Self.keys(profile) {
      self = .keys(keys)
    } else {
      self = .none
    }
  }

  private static func exportAdvice(_ profile: Profile) -> String {
    "Use a role, or another profile with credential_process = aws configure export-credentials --profile \(profile.name)"
  }

  static func place(_ profile: Profile) -> String { "the profile \"\(profile.name)\"" }

  private static func keys(_ profile: Profile) throws -> Credentials? {
    guard let section = profile.staticKeys else { return nil }
    func part(_ name: String) -> Credentials.Part { Credentials.Part(name, section.values[name]) }
    return try Credentials(
      source: place(profile), keyID: part("aws_access_key_id"), secret: part("aws_secret_access_key"),
      token: part("aws_session_token"))
  }

  private static func role(
    _ arn: String, _ profile: Profile, in files: ProfileFiles, seen: [String]
  ) throws -> ProfilePlan {
    let place = place(profile)
    guard profile["mfa_serial"] == nil else {
      throw AWSError.credentials(
        place, "asks for a code of a device (mfa_serial), which nobody can type for a daemon",
        advice: "Use a role without it")
    }
    let role = AssumedRole(
      arn: arn, sessionName: profile["role_session_name"], externalID: profile["external_id"],
      duration: try duration(profile), place: place)
    switch (profile["source_profile"], profile["credential_source"]) {
    case (_?, _?):
      throw AWSError.credentials(place, "has both source_profile and credential_source, which exclude each other")
    case (nil, nil):
      throw AWSError.credentials(place, "has a role_arn and neither source_profile nor credential_source")
    case (nil, let source?): return .role(role, using: try named(source, place))
    case (let name?, nil): return .role(role, using: try source(name, of: profile, in: files, seen: seen))
    }
  }

  private static func named(_ source: String, _ place: String) throws -> ProfilePlan {
    switch source {
    case "Environment": return .environment
    case "EcsContainer": return .container
    case "Ec2InstanceMetadata": return .instance
    default:
      throw AWSError.credentials(
        place, "has an unknown credential_source; it is one of Environment, EcsContainer, Ec2InstanceMetadata")
    }
  }

  private static func source(
    _ name: String, of profile: Profile, in files: ProfileFiles, seen: [String]
  ) throws -> ProfilePlan {
    let place = place(profile)
    guard let source = try files.profile(name) else {
      throw AWSError.credentials(place, "names the source_profile \"\(name)\", which is not in \(files.places)")
    }
    let chain = (seen + [name]).joined(separator: " → ")
    guard !seen.contains(name) || (name == profile.name && source.staticKeys != nil) else {
      throw AWSError.credentials(place, "source_profile leads back to itself: \(chain)")
    }
    guard seen.count < longestChain else {
      throw AWSError.credentials(place, "source_profile leads on through more than \(longestChain) profiles: \(chain)")
    }
    let plan = try ProfilePlan(source, in: files, seen: seen + [name], isSource: true)
    guard plan != .none else {
      throw AWSError.credentials(place, "names the source_profile \"\(name)\", which has no credentials")
    }
    return plan
  }

  private static func duration(_ profile: Profile) throws -> Int? {
    guard let text = profile["duration_seconds"] else { return nil }
    guard let seconds = Int(text), (900...43_200).contains(seconds) else {
      throw AWSError.credentials(place(profile), "has a duration_seconds that is not a number from 900 to 43200")
    }
    return seconds
  }
}
