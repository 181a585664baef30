import Foundation

/// An SQS in Python, with boto3 beside it: Fixtures/peer.py. It ends when the test process does, however that ends.
final class PythonPeer: Sendable {
  enum Kind: String {
    /// Records every request and answers as it was told.
    case recorder
    /// moto's SQS.
    case moto
  }

  /// One request as the recorder saw it.
  struct Recorded: @unchecked Sendable {
    let path: String
    /// Names in lower case.
    let headers: [String: String]
    /// The body read as JSON.
    let body: NSDictionary
    /// What botocore signs this request with.
    let signature: String
  }

  /// One for all tests: each starts a Python, which takes seconds where the machine is busy. Tests that share moto keep to
  /// queues of their own, those that share the recorder run one after the other.
  static let moto = Task { try await PythonPeer(.moto) }
  static let recorder = Task { try await PythonPeer(.recorder) }

  static let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

  let port: Int
  private let process: Process
  private let input = Pipe()
  private let output = Pipe()
  private let queue = DispatchQueue(label: "python-peer")

  private init(_ kind: Kind) async throws {
    process = Process()
    process.executableURL = URL(filePath: try Botocore.python())
    process.arguments = [Botocore.fixture("peer.py"), kind.rawValue]
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let first = try await Self.exchange(nil, input: input, output: output, queue: queue)
    guard let port = (first as? [String: Any])?["port"] as? Int else {
      throw Botocore(description: "peer.py has no port")
    }
    self.port = port
  }

  /// Calls boto3's client; its answer, or `["error": code]`. Bytes are `["base64": text]` on both ways.
  func boto3(_ call: String, _ arguments: [String: Any]) async throws -> [String: Any] {
    try await ask(["call": call, "arguments": arguments]) as? [String: Any] ?? [:]
  }

  /// Gives the recorder the answer to its next request.
  func answer(_ status: Int, _ body: String, headers: [[String]] = []) async throws {
    _ = try await ask(["answer": ["status": status, "body": body, "headers": headers]])
  }

  /// The requests since the last time.
  func recorded() async throws -> [Recorded] {
    let requests = try await ask(["recorded": true, "secret": Self.secret]) as? [[String: Any]] ?? []
    return requests.map { request in
      let headers = (request["headers"] as? [[String]] ?? []).map { ($0[0], $0[1]) }
      return Recorded(
        path: request["path"] as? String ?? "",
        headers: Dictionary(headers) { first, second in "\(first) AND AGAIN \(second)" },
        body: request["body"] as? NSDictionary ?? [:], signature: request["signature"] as? String ?? "")
    }
  }

  private func ask(_ command: [String: Any]) async throws -> Any {
    try await Self.exchange(
      try JSONSerialization.data(withJSONObject: command) + [0x0A], input: input, output: output, queue: queue)
  }

  /// Writes a line and reads one, on a thread of its own: a blocking read must not hold one that tasks run on. The queue
  /// keeps the exchanges of several tests apart.
  private static func exchange(
    _ command: Data?, input: Pipe, output: Pipe, queue: DispatchQueue
  ) async throws -> sending Any {
    let (input, output) = (input.fileHandleForWriting, output.fileHandleForReading)
    let data: Data = try await withCheckedThrowingContinuation { continuation in
      queue.async {
        continuation.resume(
          with: Result {
            if let command { try input.write(contentsOf: command) }
            var line = Data()
            while let byte = try output.read(upToCount: 1)?.first, byte != 0x0A { line.append(byte) }
            return line
          })
      }
    }
    guard !data.isEmpty else { throw Botocore(description: "peer.py ended; run it by hand to see why") }
    return try JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed)
  }
}
