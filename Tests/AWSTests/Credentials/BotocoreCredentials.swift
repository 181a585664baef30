/// Fixtures/credentials.py, asked and answering.
enum BotocoreCredentials {
  struct Question: Encodable {
    var profiles: [ProfileCase] = []
    var commands: [String] = []
    var regions: [String] = []
  }

  struct ProfileCase: Encodable {
    var config: String
    var credentials: String
    var profile: String
  }

  struct Answer: Decodable {
    var profiles: [ProfileAnswer]
    var commands: [[String]?]
    var regions: [RegionAnswer]
  }

  struct ProfileAnswer: Decodable {
    var values: [String: String]?
    var nested: [String: [String: String]]?
    /// Key id, secret, token.
    var keys: [String]?
    var error: String?
  }

  struct RegionAnswer: Decodable {
    var region: String
    var fips: Bool
    var dualStack: Bool
    var url: String
  }

  static func ask(_ question: Question) async throws -> Answer {
    try await Botocore.run("credentials.py", input: question)
  }
}
