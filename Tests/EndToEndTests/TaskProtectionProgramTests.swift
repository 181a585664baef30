import Foundation
import HTTPCore
import TestSupport
import Testing

/// The built sqsd and an ECS agent: protection while there is work, none any more after the drain.
@Suite(.timeLimit(.minutes(2)))
struct TaskProtectionProgramTests {
  private struct State: Decodable, Equatable {
    let isOn: Bool
    let minutes: Int?

    enum CodingKeys: String, CodingKey {
      case isOn = "ProtectionEnabled"
      case minutes = "ExpiresInMinutes"
    }
  }

  private func states(_ record: ScriptedPeer.Record) throws -> [State] {
    try record.requests.map { try JSONDecoder().decode(State.self, from: Data($0.body)) }
  }

  @Test func `the task is protected while a job runs, and not any more once sqsd has ended`() async throws {
    let body = #"{"protection":{"ProtectionEnabled":true,"ExpirationDate":"2030-01-01T00:00:00Z","TaskArn":"a"}}"#
    let agent = try ScriptedPeer { _ in
      [.answerAll("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")]
    }
    try await withQueueService { service in
      let queue = try await service.makeQueue()
      try await service.send("{}", to: queue)
      // The job ends when the agent has been asked.
      let respond = { @Sendable (_: HTTPRequest) async -> HTTPResponse in
        _ = try? await agent.events.wait { !$0.requests.isEmpty }
        return .text(200, "")
      }
      try await withApplication(respond) { application in
        let sqsd = try RunningProgram(
          "sqsd",
          [
            "--queue-url", queue, "--http-url", application.url, "--admin-address", "off", "--log-format", "json",
            "--task-protection", "30",
          ], environment: service.environment.merging(["ECS_AGENT_URI": agent.url]) { _, new in new })
        defer { sqsd.stop() }
        _ = try await sqsd.line(containing: "message delivered")
        sqsd.signal(SIGTERM)
        #expect(try await sqsd.end() == 0)
      }
    }
    let requests = agent.record.requests
    #expect(requests.allSatisfy { $0.lines.first == "PUT /task-protection/v1/state HTTP/1.1" })
    #expect(try states(agent.record).first == State(isOn: true, minutes: 30))
    #expect(try states(agent.record).last == State(isOn: false, minutes: nil))
  }

  @Test func `without an agent the setting ends the start, and says what it needs`() async throws {
    try await withQueueService { service in
      let queue = try await service.makeQueue()
      let sqsd = try RunningProgram(
        "sqsd", ["--queue-url", queue, "--task-protection", "on"], environment: service.environment)
      #expect(try await sqsd.end() == 64)
      #expect(sqsd.events.current.lines.contains { $0.contains("--task-protection needs ECS_AGENT_URI") })
    }
  }
}
