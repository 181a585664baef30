import TestSupport
import Testing

@testable import AWS

@Suite struct ProfilePlanTests {
  private func plan(_ config: String, _ credentials: String = "", profile: String = "p") throws -> ProfilePlan {
    let folder = try TemporaryFolder()
    try folder.write("config", config)
    try folder.write("credentials", credentials)
    let files = try ProfileFiles(environment: folder.environment)
    return try ProfilePlan(try #require(try files.profile(profile)), in: files)
  }

  private func failure(_ config: String, _ credentials: String = "") -> String? {
    do {
      _ = try plan(config, credentials)
      return nil
    } catch {
      return (error as? AWSError)?.message
    }
  }

  private static let keys = "aws_access_key_id = AKID\naws_secret_access_key = \(Marked.secret)\n"
  private static let set = Credentials(accessKeyID: "AKID", secretAccessKey: Secret(Marked.secret))

  private func role(_ name: String = "p", _ arn: String = "R") -> AssumedRole {
    AssumedRole(arn: arn, sessionName: nil, externalID: nil, duration: nil, place: "the profile \"\(name)\"")
  }

  @Test func `static keys of the credentials file go before a program, those of the config file after it`() throws {
    let program = "credential_process = /bin/tool\n"
    #expect(try plan("[profile p]\n\(program)", "[p]\n\(Self.keys)") == .keys(Self.set))
    #expect(try plan("[profile p]\n\(program)\(Self.keys)") == .process("/bin/tool"))
    #expect(try plan("[profile p]\n\(Self.keys)aws_session_token = T\n").isKeys)
    #expect(try plan("[profile p]\nregion = eu-west-1\n") == .none)
  }

  @Test func `the parts of a set come from one file`() throws {
    let message = failure("[profile p]\n\(Self.keys)", "[p]\naws_access_key_id = OTHER\n")
    #expect(message?.contains("aws_access_key_id is set but aws_secret_access_key is not") == true)
  }

  @Test func `a role goes before keys, with its options`() throws {
    let text = """
      [profile p]
      role_arn = R
      source_profile = s
      role_session_name = me
      external_id = x
      duration_seconds = 900
      \(Self.keys)
      [profile s]
      \(Self.keys)
      """
    #expect(
      try plan(text)
        == .role(
          AssumedRole(arn: "R", sessionName: "me", externalID: "x", duration: 900, place: "the profile \"p\""),
          using: .keys(Self.set)))
  }

  @Test func `sources lead on through profiles, and a source's keys go before its role`() throws {
    let chain = """
      [profile p]
      role_arn = R
      source_profile = q
      [profile q]
      role_arn = Q
      source_profile = r
      [profile r]
      role_arn = ignored
      source_profile = p
      \(Self.keys)
      """
    #expect(try plan(chain) == .role(role(), using: .role(role("q", "Q"), using: .keys(Self.set))))
    #expect(
      try plan("[profile p]\nrole_arn = R\nsource_profile = p\n\(Self.keys)") == .role(role(), using: .keys(Self.set)))
    #expect(
      try plan("[profile p]\nrole_arn = R\nsource_profile = q\n[profile q]\ncredential_process = x\n")
        == .role(role(), using: .process("x")))
  }

  @Test(arguments: [
    ("Environment", ProfilePlan.environment), ("EcsContainer", .container), ("Ec2InstanceMetadata", .instance),
  ])
  func `a credential source is one of three`(name: String, source: ProfilePlan) throws {
    #expect(try plan("[profile p]\nrole_arn = R\ncredential_source = \(name)\n") == .role(role(), using: source))
  }

  @Test func `web identity is a role with a token file`() throws {
    #expect(
      try plan("[profile p]\nrole_arn = R\nweb_identity_token_file = /t\nrole_session_name = me\n")
        == .webIdentity(
          WebIdentity(
            roleARN: "R", tokenFile: "/t", sessionName: "me", duration: nil, place: "the profile \"p\"")))
    #expect(failure("[profile p]\nweb_identity_token_file = /t\n")?.contains("no role_arn") == true)
  }

  @Test(arguments: [
    ("role_arn = R", "neither source_profile nor credential_source"),
    ("role_arn = R\nsource_profile = p\ncredential_source = Environment", "both source_profile and credential_source"),
    ("role_arn = R\ncredential_source = Elsewhere", "unknown credential_source"),
    ("role_arn = R\nsource_profile = nobody", "which is not in"),
    ("role_arn = R\nsource_profile = empty", "which has no credentials"),
    ("role_arn = R\nsource_profile = p", "leads back to itself: p → p"),
    ("role_arn = R\nsource_profile = q", "leads back to itself: p → q → p"),
    ("role_arn = R\nsource_profile = p\nmfa_serial = M", "mfa_serial"),
    ("role_arn = R\nsource_profile = p\nduration_seconds = 899", "duration_seconds"),
    ("role_arn = R\ncredential_source = Environment\nduration_seconds = 1h", "duration_seconds"),
    ("sso_session = s\nsso_account_id = 1", "SSO"), ("sso_start_url = u", "SSO"), ("login_session = l", "aws login"),
  ])
  func `what cannot be served is refused with a sentence`(lines: String, reason: String) {
    let others = "[profile q]\nrole_arn = Q\nsource_profile = p\n[profile empty]\nregion = eu-west-1\n"
    let message = failure("[profile p]\n\(lines)\n\(others)")
    #expect(message?.contains(reason) == true, "\(message ?? "none")")
    #expect(message?.hasPrefix("the profile ") == true)
  }

  @Test func `a row of profiles has an end`() {
    let row = (0..<20).map { "[profile p\($0)]\nrole_arn = R\nsource_profile = p\($0 + 1)\n" }.joined()
    let message = failure("[profile p]\nrole_arn = R\nsource_profile = p0\n\(row)")
    #expect(message?.contains("more than 8 profiles") == true)
  }

  @Test(.timeLimit(.minutes(1))) func `botocore takes the same keys from generated files`() async throws {
    var random = SeededRandom(seed: 8)
    let cases = (0..<300).map { _ in
      let name = random.pick(["default", "dev"])
      func section(_ header: String) -> String {
        var text = "[\(header)]\n"
        if Bool.random(using: &random) { text += "aws_access_key_id = \(random.pick(["AKIDA", "AKIDB"]))\n" }
        if text.contains("AKID"), random.pick([true, true, true, false]) {
          text += "aws_secret_access_key = \(random.pick(["S1/+=", "S2"]))\n"
          if Bool.random(using: &random) { text += "aws_session_token = \(random.pick(["T1", "T2=="]))\n" }
        }
        return text
      }
      return BotocoreCredentials.ProfileCase(
        config: section(name == "default" ? name : "profile \(name)"), credentials: section(name), profile: name)
    }
    let answers = try await BotocoreCredentials.ask(.init(profiles: cases)).profiles
    try #require(answers.count == cases.count)
    var (found, refused) = (0, 0)
    for (example, answer) in zip(cases, answers) {
      switch Result(catching: { try plan(example.config, example.credentials, profile: example.profile) }) {
      case .success(.keys(let keys)):
        let ours = [keys.accessKeyID, keys.secretAccessKey.exposed, keys.sessionToken?.exposed ?? ""]
        #expect(answer.keys == ours, "\(example)")
        found += 1
      case .success(let plan): #expect(plan == .none && answer.keys == nil && answer.error == nil, "\(example)")
      case .failure:
        #expect(answer.error == "PartialCredentialsError", "\(example)")
        refused += 1
      }
    }
    #expect(found > 50 && refused > 10)
  }
}

extension ProfilePlan {
  fileprivate var isKeys: Bool { if case .keys = self { true } else { false } }
}
