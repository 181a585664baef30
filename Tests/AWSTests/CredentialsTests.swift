import FoundationEssentials
import Testing

@testable import AWS

@Suite struct CredentialsTests {
  static let secretText = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
  static let tokenText = "AQoDYXdzEPT//////////wEXAMPLETOKEN"
  static let whole = [
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": secretText, "AWS_SESSION_TOKEN": tokenText,
  ]

  private func failure(_ environment: [String: String]) async -> AWSError? {
    do {
      _ = try await EnvironmentCredentials(environment: environment).credentials()
      return nil
    } catch {
      return error as? AWSError
    }
  }

  @Test func `no way of printing credentials shows a secret`() async throws {
    let provider = EnvironmentCredentials(environment: Self.whole)
    let credentials = try await provider.credentials()
    let secret = credentials.secretAccessKey
    for value in [credentials, secret, provider, [secret], ["key": credentials], Optional(secret) as Any] as [Any] {
      var dumped = ""
      dump(value, to: &dumped)
      for text in [String(describing: value), String(reflecting: value), "\(value)", dumped] {
        #expect(!text.contains(Self.secretText) && !text.contains(Self.tokenText), "\(text)")
      }
    }
    #expect("\(secret)" == "<redacted>")
    #expect("\(credentials)" == "credentials …MPLE (temporary)")
  }

  @Test func `the three variables make temporary credentials`() async throws {
    let provider = EnvironmentCredentials(environment: Self.whole)
    let credentials = try await provider.credentials()
    #expect(provider.applies)
    #expect(credentials.accessKeyID == "AKIDEXAMPLE")
    #expect(credentials.secretAccessKey == Secret(Self.secretText))
    #expect(credentials.sessionToken == Secret(Self.tokenText))
    #expect(credentials.expiration == nil)
  }

  @Test func `the token's old name counts if the new one is not set`() async throws {
    var environment = Self.whole
    environment["AWS_SECURITY_TOKEN"] = "old"
    #expect(
      try await EnvironmentCredentials(environment: environment).credentials().sessionToken == Secret(Self.tokenText))
    environment["AWS_SESSION_TOKEN"] = ""
    #expect(try await EnvironmentCredentials(environment: environment).credentials().sessionToken == Secret("old"))
  }

  @Test(arguments: [
    ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY is set but AWS_ACCESS_KEY_ID is not; set both or neither"),
    ("AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID is set but AWS_SECRET_ACCESS_KEY is not; set both or neither"),
  ])
  func `one of the two without the other is an error that says so`(missing: String, message: String) async {
    for value in [nil, ""] {
      var environment = Self.whole
      environment[missing] = value
      #expect(EnvironmentCredentials(environment: environment).applies)
      let error = await failure(environment)
      #expect(error?.code == .credentials)
      #expect(error?.description == message)
    }
  }

  @Test func `an environment without keys does not apply, and says so if asked all the same`() async {
    #expect(!EnvironmentCredentials(environment: ["AWS_SESSION_TOKEN": "t"]).applies)
    #expect(await failure([:])?.code == .credentials)
  }

  @Test(
    arguments: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"], ["\n", " ", "\r\nX: y", "é", "\0"])
  func `a stray character is refused by the variable's name, without its value`(name: String, stray: String) async {
    var environment = Self.whole
    environment[name, default: ""] += stray
    let error = await failure(environment)
    #expect(error?.code == .credentials)
    #expect(error?.message.hasPrefix("\(name) contains a space, a line break") == true)
    #expect(error?.message.contains(Self.whole[name] ?? "?") == false)
  }
}
