import Curl
import Foundation
import TestSupport
import Testing

@testable import AWS

@Suite(.timeLimit(.minutes(1))) struct ContainerCredentialsTests {
  private static let whole =
    #"{"RoleArn":"arn","AccessKeyId":"AKID","SecretAccessKey":"\#(Marked.secret)","Token":"\#(Marked.token)","Expiration":"2026-01-02T09:04:05Z"}"#

  private func source(_ peer: ScriptedPeer, _ curl: CurlClient, _ environment: [String: String]) -> ContainerCredentials
  {
    ContainerCredentials(environment: environment, metadata: .hasty(curl), taskHost: peer.url)
  }

  private static let relative = ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/credentials/guid"]

  private func with(
    _ answers: [String], _ environment: [String: String] = relative,
    _ body: (ContainerCredentials, ScriptedPeer) async throws -> Void
  ) async throws {
    let peer = try ScriptedPeer.answering(answers)
    let curl = try CurlClient()
    defer { curl.shutdown() }
    try await body(source(peer, curl, environment), peer)
  }

  @Test func `the task's endpoint is asked once and gives a set with its end`() async throws {
    try await with([httpAnswer(200, Self.whole)]) { source, peer in
      let found = try #require(try await source.found())
      #expect(found.credentials.accessKeyID == "AKID" && found.credentials.sessionToken == Secret(Marked.token))
      #expect(found.credentials.expiration == Date(timeIntervalSince1970: 1_767_344_645))
      #expect(peer.requestLines == ["GET /v2/credentials/guid"])
      #expect(peer.record.requests[0].lines.contains("Accept: application/json"))
      #expect(!peer.record.requests[0].text.lowercased().contains("authorization"))
      #expect(!found.source.contains("guid"))
    }
  }

  @Test func `without a variable it does not apply, and nobody is asked`() async throws {
    try await with([], [:]) { source, peer in
      let found = try await source.found()
      #expect(found == nil)
      #expect(peer.record.connectionCount == 0)
    }
  }

  @Test func `the authorization token is read from its file at each fetch, before the variable's`() async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("token", "first\n")
    let peer = try ScriptedPeer.answering([httpAnswer(200, Self.whole), httpAnswer(200, Self.whole)])
    let curl = try CurlClient()
    defer { curl.shutdown() }
    let full = source(
      peer, curl,
      [
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "\(peer.url)/v1/credentials",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": file, "AWS_CONTAINER_AUTHORIZATION_TOKEN": "unused",
      ])
    _ = try await full.found()
    try folder.write("token", "Bearer second\r\n")
    _ = try await full.found()
    #expect(peer.requestLines == ["GET /v1/credentials", "GET /v1/credentials"])
    #expect(peer.record.requests[0].lines.contains("Authorization: first"))
    #expect(peer.record.requests[1].lines.contains("Authorization: Bearer second"))
  }

  @Test(arguments: ["", "\n", "MARKED\nX: y", "MARKED\r\nX: y\n", "\0MARKED", "MARKED\n\n"])
  func `a token that would begin another header is refused and not shown`(token: String) async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("token", token)
    try await with([], Self.relative.merging(["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": file]) { $1 }) { source, peer in
      let error = await AWSError.thrown { _ = try await source.found() }
      #expect(error?.code == .credentials && error?.message.contains("is empty or has a line break") == true)
      #expect(!Marked.isIn("\(String(describing: error))") && peer.record.connectionCount == 0)
    }
  }

  @Test func `a missing token file is an error that a later call may not meet`() async throws {
    let variables = ["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/nowhere/token"]
    try await with([], Self.relative.merging(variables) { $1 }) { source, _ in
      let error = await AWSError.thrown { _ = try await source.found() }
      #expect(error?.code == .credentialsUnavailable && error?.message.contains("/nowhere/token") == true)
    }
  }

  @Test func `503 is asked again, and three of them are an error that says so`() async throws {
    let busy = httpAnswer(503, #"{"code":"CredentialsUninitialized","message":"not yet"}"#)
    try await with([busy, busy, httpAnswer(200, Self.whole)]) { source, peer in
      let found = try await source.found()
      #expect(found?.credentials.accessKeyID == "AKID")
      #expect(peer.record.requests.count == 3)
    }
    try await with([busy, busy, busy, busy]) { source, peer in
      let error = await AWSError.thrown { _ = try await source.found() }
      #expect(error?.code == .credentialsUnavailable && error?.isRetryable == true)
      #expect(
        error?.message
          == "container credentials (AWS_CONTAINER_CREDENTIALS_RELATIVE_URI at 127.0.0.1:\(peer.port)): "
          + "answered HTTP 503, CredentialsUninitialized: not yet")
      #expect(peer.record.requests.count == 3)
    }
  }

  @Test func `another refusal is not asked again`() async throws {
    try await with([httpAnswer(400, #"{"code":"InvalidIdInRequest","message":"unknown"}"#)]) { source, peer in
      let error = await AWSError.thrown { _ = try await source.found() }
      #expect(error?.code == .credentials && error?.message.contains("HTTP 400, InvalidIdInRequest: unknown") == true)
      #expect(peer.record.requests.count == 1)
    }
  }

  @Test func `a redirect is not followed`() async throws {
    try await with([httpAnswer(302, "", "Location: http://169.254.169.254/")]) { source, peer in
      let error = await AWSError.thrown { _ = try await source.found() }
      #expect(error?.message.contains("HTTP 302") == true && peer.record.requests.count == 1)
    }
  }

  @Test func `nobody there is an error of this source that names the host`() async throws {
    let peer = try ScriptedPeer { _ in [] }
    let curl = try CurlClient()
    defer { curl.shutdown() }
    let source = source(peer, curl, Self.relative)
    peer.stop()
    let error = await AWSError.thrown { _ = try await source.found() }
    #expect(error?.code == .credentialsUnavailable && error?.message.contains("127.0.0.1:\(peer.port)") == true)
    #expect(error?.message.contains("guid") == false)
  }

  @Test func `damaged answers are read or refused, and never shown`() async throws {
    var random = SeededRandom(seed: 77)
    let bodies = (0..<300).map { _ in
      var bytes = Array(Self.whole.utf8)
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let index = Int.random(in: bytes.indices, using: &random)
        switch random.pick([0, 1, 2]) {
        case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.removeSubrange(index..<min(bytes.count, index + 9))
        default: bytes.insert(contentsOf: random.pick(["{", "\"", "[[[", "null", "\\u0000", "\r\n"]).utf8, at: index)
        }
      }
      return bytes
    }
    var (read, refused) = (0, 0)
    for body in bodies {
      do {
        let document = try CredentialDocument(body, source: "s", isTemporary: true)
        let set = try document.credentials(source: "s", token: .init("Token", document.token))
        #expect(set.secretAccessKey.exposed.utf8.allSatisfy { (0x21...0x7E).contains($0) })
        read += 1
      } catch {
        #expect(error is AWSError && !Marked.isIn("\(error)"), "\(error)")
        refused += 1
      }
    }
    #expect(read > 20 && refused > 20)
  }
}
