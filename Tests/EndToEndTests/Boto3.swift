import Foundation
import TestSupport

/// boto3 as the producer and the inspector of queues: the other implementation, so that ours is not its own judge.
final class Boto3: Sendable {
  struct Failed: Error, CustomStringConvertible {
    let description: String
  }

  /// JSON, as `JSONSerialization` makes it. Read only.
  struct Answer: @unchecked Sendable {
    let members: [String: Any]

    func string(_ name: String) -> String? { members[name] as? String }
    func objects(_ name: String) -> [[String: Any]] { members[name] as? [[String: Any]] ?? [] }
    func strings(_ name: String) -> [String: String] { members[name] as? [String: String] ?? [:] }
  }

  private let program: RunningProgram
  private let turn = Turn()

  init(endpoint: String) throws {
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/boto3_client.py")
    program = try RunningProgram(
      executable: URL(filePath: "/usr/bin/env"), [MotoServer.pythonInterpreter(), script.path, endpoint],
      environment: ["AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "/dev/null"])
  }

  func stop() { program.stop() }

  @discardableResult
  func call(_ name: String, _ arguments: [String: Any]) async throws -> Answer {
    let command = try JSONSerialization.data(withJSONObject: ["call": name, "arguments": arguments])
    let line = try await turn.take { count in
      try self.program.write(command + Data("\n".utf8))
      let record = try await self.program.events.wait { $0.end != nil || $0.lines.count > count }
      guard record.lines.count > count else { throw Failed(description: record.lines.joined(separator: "\n")) }
      return record.lines[count]
    }
    let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
    guard let answer = object["answer"] as? [String: Any] else {
      throw Failed(description: "\(name): \(object["error"] ?? line)")
    }
    return Answer(members: answer)
  }
}

/// One command at a time: answers come in the order of the commands, one line each.
private actor Turn {
  private var count = 0
  private var isTaken = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  func take(_ body: (Int) async throws -> String) async throws -> String {
    while isTaken { await withCheckedContinuation { waiting.append($0) } }
    isTaken = true
    defer {
      isTaken = false
      if !waiting.isEmpty { waiting.removeFirst().resume() }
    }
    let answer = try await body(count)
    count += 1
    return answer
  }
}
