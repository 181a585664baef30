import Foundation
import Testing

@testable import SQSD

/// What docs/signature.md says, in the parts that a test can run.
struct SignatureDocument {
  struct Vector: Codable {
    let name: String
    let secret: String
    let method: String
    let target: String
    let headers: [String: String]
    let body: String
    let time: Int64
    let text: String
    let signature: String
  }

  let text: String

  init() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    text = try String(contentsOf: root.appending(path: "docs/signature.md"), encoding: .utf8)
  }

  /// The content of the only block of code of that language.
  func code(_ language: String) throws -> String {
    let parts = text.components(separatedBy: "```\(language)\n")
    try #require(parts.count == 2)
    return try #require(parts[1].components(separatedBy: "```").first)
  }

  func vectors() throws -> [Vector] {
    try JSONDecoder().decode([Vector].self, from: Data(try code("json").utf8))
  }
}

/// A request to sign or to check.
struct Signable: Sendable {
  var method = "POST"
  var target = "/queue"
  var headers: [(name: String, value: String)] = [("X-Aws-Sqsd-Msgid", "m-1")]
  var body = Array("body".utf8)
  var secret = Array("sixteen bytes...".utf8)
  var time: Int64 = 1_767_323_045

  var key: SigningKey { SigningKey(secret) }

  /// The header's value.
  func signed() throws -> String {
    try #require(
      RequestSignature(method: method, target: target, headers: headers, body: body, key: key, time: time)
    ).text
  }

  /// What a verifier says to this request with that header, at this request's time.
  func refusal(_ signatures: String?..., now: Int64? = nil) -> SignatureRefusal? {
    let given = signatures.compactMap { $0 }.map { (name: "x-beanpole-signature", value: $0) }
    return SignatureRefusal(
      method: method, target: target, headers: given + headers, body: body, key: key, now: now ?? time)
  }
}
