import Curl
import Foundation
import Locks
import TestSupport
import Testing

@testable import AWS

@Suite(.timeLimit(.minutes(1))) struct CredentialChainTests {
  /// Gives the results one after the other, the last one for ever.
  private final class Scripted: CredentialSource {
    private let results: Locked<[Result<SourceAnswer, AWSError>]>
    private let count = Locked(0)
    var calls: Int { count.withLock { $0 } }

    init(_ results: Result<SourceAnswer, AWSError>...) { self.results = Locked(results) }

    func look() async throws -> SourceAnswer {
      count.withLock { $0 += 1 }
      return try results.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }.get()
    }
  }

  private static let keys = Credentials(accessKeyID: "AKID", secretAccessKey: Secret(Marked.secret))
  private static let failure = AWSError(code: .credentialsUnavailable, message: "trouble")

  @Test func `a source that applies and fails is the end of the search`() async throws {
    let after = Scripted(.success(.found(FoundCredentials(Self.keys, from: "after"))))
    let chain = CredentialChain(sources: [
      Scripted(.success(.absent("nothing"))), Scripted(.failure(Self.failure)), after,
    ])
    #expect(await AWSError.thrown { _ = try await chain.find() }?.message == "trouble")
    #expect(after.calls == 0)
  }

  @Test func `nothing is chosen once and for all`() async throws {
    let first = Scripted(
      .success(.absent("not yet")), .failure(Self.failure), .success(.found(FoundCredentials(Self.keys, from: "first")))
    )
    let second = Scripted(.success(.found(FoundCredentials(Self.keys, from: "second"))))
    let chain = CredentialChain(sources: [first, second])
    #expect(try await chain.find().source == "second")
    #expect(await AWSError.thrown { _ = try await chain.find() } != nil)
    #expect(try await chain.find().source == "first")
    #expect(second.calls == 1)
  }

  @Test func `when nobody applies, the error says where was looked and what to do`() async throws {
    let curl = try CurlClient()
    defer { curl.shutdown() }
    let chain = CredentialChain(environment: ["AWS_EC2_METADATA_DISABLED": "true"], client: curl)
    let error = await AWSError.thrown { _ = try await chain.find() }
    #expect(error?.code == .credentials && error?.isRetryable == false)
    #expect(
      error?.message
        == "no credentials found: AWS_ACCESS_KEY_ID is not set; AWS_WEB_IDENTITY_TOKEN_FILE is not set; no profile "
        + "\"default\" in any file, as HOME is not set; no container credentials "
        + "(AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is not set); AWS_EC2_METADATA_DISABLED is set. Give the task, pod or "
        + "instance a role, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
  }

  /// Everything is set, and one after the other is taken away.
  @Test func `the order is environment, web identity, profile, container, instance`() async throws {
    let folder = try TemporaryFolder()
    let token = try folder.write("token", "t")
    try folder.write("credentials", "[p]\naws_access_key_id = PROFILE\naws_secret_access_key = s\n")
    let sts = try ScriptedPeer { _ in [.answerAll(STSClientTests.answer("AssumeRoleWithWebIdentity"))] }
    let container = try ScriptedPeer { _ in
      [.answerAll(httpAnswer(200, #"{"AccessKeyId":"CONTAINER","SecretAccessKey":"s","Token":"t"}"#))]
    }
    let instance = try ScriptedPeer.answering([
      httpAnswer(200, "t"), httpAnswer(200, "r"),
      httpAnswer(200, #"{"Code":"Success","AccessKeyId":"INSTANCE","SecretAccessKey":"s","Token":"t"}"#),
    ])
    var environment = folder.environment.merging([
      "AWS_ACCESS_KEY_ID": "ENVIRONMENT", "AWS_SECRET_ACCESS_KEY": "s", "AWS_WEB_IDENTITY_TOKEN_FILE": token,
      "AWS_ROLE_ARN": "arn", "AWS_ENDPOINT_URL_STS": sts.url, "AWS_REGION": "eu-west-1", "AWS_PROFILE": "p",
      "AWS_CONTAINER_CREDENTIALS_FULL_URI": "\(container.url)/x", "AWS_EC2_METADATA_SERVICE_ENDPOINT": instance.url,
    ]) { $1 }
    let curl = try CurlClient()
    defer { curl.shutdown() }
    var order: [String] = []
    for variable in [
      "AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_PROFILE", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "",
    ] {
      let date = ManualDate()
      order.append(
        try await CredentialChain(environment: environment, client: curl, now: { date.now }).find().credentials
          .accessKeyID)
      environment[variable] = nil
      if variable == "AWS_ACCESS_KEY_ID" { environment["AWS_SECRET_ACCESS_KEY"] = nil }
    }
    #expect(order == ["ENVIRONMENT", "ASIAROLE", "PROFILE", "CONTAINER", "INSTANCE"])
  }

  @Test func `a container endpoint that fails does not end at the instance's role`() async throws {
    let container = try ScriptedPeer { _ in [.answerAll(httpAnswer(500, ""))] }
    let instance = try ScriptedPeer { _ in [.answerAll(httpAnswer(200, "t"))] }
    let curl = try CurlClient()
    defer { curl.shutdown() }
    let chain = CredentialChain(
      environment: [
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "\(container.url)/x", "AWS_EC2_METADATA_SERVICE_ENDPOINT": instance.url,
      ], client: curl, sleep: { _ in })
    let error = await AWSError.thrown { _ = try await chain.find() }
    #expect(error?.code == .credentialsUnavailable && error?.message.contains("HTTP 500") == true)
    #expect(instance.record.connectionCount == 0)
  }

  @Test func `no way of printing the chain or the cache shows what is in the environment`() async throws {
    let curl = try CurlClient()
    defer { curl.shutdown() }
    let chain = CredentialChain(
      environment: [
        "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": Marked.secret, "AWS_SESSION_TOKEN": Marked.token,
        "AWS_CONTAINER_AUTHORIZATION_TOKEN": Marked.token,
      ], client: curl)
    let cache = CredentialCache(find: { try await chain.find() })
    let found = try await chain.find()
    _ = try await cache.credentials()
    for value in [chain, cache, found, CredentialEvent.found(source: found.source, expiration: nil)] as [Any] {
      var dumped = ""
      dump(value, to: &dumped)
      for text in [String(describing: value), String(reflecting: value), dumped] {
        #expect(!Marked.isIn(text), "\(text)")
      }
    }
  }

  @Test func `a profile that was asked for and is not there is an error`() async throws {
    let folder = try TemporaryFolder()
    let curl = try CurlClient()
    defer { curl.shutdown() }
    let environment = folder.environment.merging(["AWS_PROFILE": "typo", "AWS_EC2_METADATA_DISABLED": "true"]) { $1 }
    let error = await AWSError.thrown { _ = try await CredentialChain(environment: environment, client: curl).find() }
    #expect(error?.code == .credentials)
    #expect(error?.message.hasPrefix("AWS_PROFILE: the profile \"typo\" is not in \(folder.path)/config or ") == true)
  }

  @Test func `profiles lead over a program and two roles to keys, with each step in the source`() async throws {
    let folder = try TemporaryFolder()
    let tool = try folder.write(
      "tool", "#!/bin/sh\necho '{\"Version\":1,\"AccessKeyId\":\"TOOL\",\"SecretAccessKey\":\"s\"}'\n", executable: true
    )
    try folder.write(
      "config",
      """
      [default]
      region = eu-central-1
      role_arn = R1
      source_profile = middle
      [profile middle]
      role_arn = R2
      source_profile = last
      [profile last]
      credential_process = \(tool)
      """)
    let sts = try ScriptedPeer.answering([
      STSClientTests.answer("AssumeRole", keyID: "SECOND"), STSClientTests.answer("AssumeRole", keyID: "FIRST"),
    ])
    let curl = try CurlClient()
    defer { curl.shutdown() }
    let date = ManualDate()
    let found = try await CredentialChain(
      environment: folder.environment.merging(["AWS_ENDPOINT_URL_STS": sts.url]) { $1 }, client: curl,
      now: { date.now }
    ).find()
    #expect(found.credentials.accessKeyID == "FIRST" && found.source.contains("R1") && found.source.contains("R2"))
    let scopes = sts.record.requests.map { request in
      request.lines.first { $0.hasPrefix("Authorization") }?.split(separator: "=")[1].split(separator: ",")[0] ?? ""
    }
    #expect(scopes == ["TOOL/20260102/eu-central-1/sts/aws4_request", "SECOND/20260102/eu-central-1/sts/aws4_request"])
  }

  @Test func `a credential source that does not apply is an error of the profile`() async throws {
    let folder = try TemporaryFolder()
    try folder.write("config", "[default]\nrole_arn = R\ncredential_source = EcsContainer\n")
    let curl = try CurlClient()
    defer { curl.shutdown() }
    let error = await AWSError.thrown {
      _ = try await CredentialChain(environment: folder.environment, client: curl, region: "eu-west-1").find()
    }
    #expect(error?.message.contains("credential_source = EcsContainer, but no container credentials") == true)
  }
}
