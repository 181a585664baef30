import AWS
import Curl
import Logging
import ServiceLifecycle
import Settings
import TestSupport
import Testing

@testable import Daemon

@Suite(.timeLimit(.minutes(1)))
struct TaskProtectionTests {
  private let log = CapturedLog()

  private struct Running: Sendable {
    let agent: ScriptedAgent
    let busy: AsyncStream<Bool>.Continuation
    /// What intake was told, true for a pause.
    let intake: TestSignal<[Bool]>
    let group: ServiceGroup
  }

  /// Runs the service until the body returns, then shuts it down gracefully and waits for its end.
  private func withProtection(
    _ agent: ScriptedAgent, times: TaskProtectionTimes, _ body: @escaping @Sendable (Running) async throws -> Void
  ) async throws {
    let (stream, continuation) = AsyncStream.makeStream(of: Bool.self)
    let intake = TestSignal<[Bool]>([])
    let protection = TaskProtection(
      agent: agent, times: times, busy: stream,
      pauseIntake: { isPaused in intake.update { $0.append(isPaused) } }, logger: log.logger)
    let group = ServiceGroup(configuration: .init(services: [.init(service: protection)], logger: log.logger))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      try await body(Running(agent: agent, busy: continuation, intake: intake, group: group))
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
    }
  }

  /// Nothing to wait for in a test.
  private var quick: TaskProtectionTimes {
    TaskProtectionTimes(
      term: .seconds(7_200), idle: .zero, work: .seconds(600), unprotected: .zero, spacing: .zero, firstPause: .zero,
      throttledPause: .zero)
  }

  @Test func `protection goes on with work and off without, and nothing is left on at the end`() async throws {
    let agent = ScriptedAgent()
    try await withProtection(agent, times: quick) { running in
      running.busy.yield(true)
      try await agent.calls.wait { $0 == [120] }
      running.busy.yield(false)
      try await agent.calls.wait { $0 == [120, nil] }
      running.busy.yield(true)
      try await agent.calls.wait { $0 == [120, nil, 120] }
    }
    #expect(agent.calls.current == [120, nil, 120, nil])
    #expect(
      log.messages(at: .info) == ["task protected", "task not protected", "task protected", "task not protected"])
  }

  @Test func `without work the end makes no call`() async throws {
    let agent = ScriptedAgent()
    try await withProtection(agent, times: quick) { $0.busy.finish() }
    #expect(agent.calls.current.isEmpty)
  }

  @Test func `continuous work pauses intake, and protection is on again before it goes on`() async throws {
    let agent = ScriptedAgent()
    var times = quick
    times.work = .zero
    try await withProtection(agent, times: times) { running in
      running.busy.yield(true)
      try await running.intake.wait { $0 == [true] }
      #expect(agent.calls.current == [120])
      running.busy.yield(false)
      try await running.intake.wait { $0 == [true, false] }
      #expect(agent.calls.current.prefix(3) == [120, nil, 120])
    }
  }

  @Test func `failures are said once, with their reason, and the recovery once`() async throws {
    let agent = ScriptedAgent(failures: 3)
    try await withProtection(agent, times: quick) { running in
      running.busy.yield(true)
      try await agent.calls.wait { $0.count == 4 }
      try await log.events.wait { $0.contains { $0.message == "task protected" } }
    }
    #expect(log.messages(at: .warning) == ["task protection fails, delivery goes on"])
    let reason = log.events.current.first { $0.level == .warning }?.metadata["error"]
    #expect(reason?.description.contains("TASK_NOT_VALID") == true)
    #expect(log.messages(at: .info).filter { $0.contains("works again") }.count == 1)
  }

  @Test func `a call that hangs does not keep the program from its end`() async throws {
    let agent = ScriptedAgent(hangs: true)
    let (stream, continuation) = AsyncStream.makeStream(of: Bool.self)
    let protection = TaskProtection(
      agent: agent, times: quick, busy: stream, pauseIntake: { _ in }, logger: log.logger)
    let run = Task { try await protection.run() }
    continuation.yield(true)
    try await agent.calls.wait { $0.count == 1 }
    // What the end of the leave timeout does.
    run.cancel()
    try await run.value
    #expect(agent.calls.current == [120])
  }

  @Test func `where there is no agent the setting is a mistake, unless it is off`() throws {
    let curl = try CurlClient()
    defer { curl.shutdown() }
    #expect(try TaskProtection.agent(for: nil, client: curl, environment: [:]) == nil)
    let error = #expect(throws: SettingsError.self) {
      try TaskProtection.agent(for: .seconds(60), client: curl, environment: [:])
    }
    #expect(error?.faults.first?.hasPrefix("--task-protection needs ECS_AGENT_URI") == true)
    let environment = ["ECS_AGENT_URI": "http://169.254.170.2/api/x"]
    #expect(try TaskProtection.agent(for: .seconds(60), client: curl, environment: environment) != nil)
  }

  @Test(
    arguments: [("off", nil), ("OFF", nil), ("on", 120), ("1", 1), ("060", 60), ("2880", 2_880)] as [(String, Int?)])
  func `the setting takes off, on and minutes`(text: String, minutes: Int?) throws {
    #expect(try ProtectionTerm.parse(text) == minutes.map { .seconds($0 * 60) })
  }

  @Test(arguments: ["", "0", "2881", "-1", "+5", "1.5", "60m", "yes", "٦٠", "99999999999999999999"])
  func `the setting refuses anything else`(text: String) {
    let fault = #expect(throws: SettingFault.self) { try ProtectionTerm.parse(text) }
    #expect(fault?.reason == "is neither on nor off nor a whole number of minutes from 1 to 2880")
  }
}

/// Answers at once, after some failures, or never.
private final class ScriptedAgent: ProtectionAgent {
  /// The minutes of each call, nil for an end of protection.
  let calls = TestSignal<[Int?]>([])
  private let failures: Int
  private let hangs: Bool
  private let never = TestSignal(false)

  init(failures: Int = 0, hangs: Bool = false) {
    self.failures = failures
    self.hangs = hangs
  }

  func protect(minutes: Int) async throws { try await answer(minutes) }

  func endProtection() async throws { try await answer(nil) }

  private func answer(_ call: Int?) async throws {
    calls.update { $0.append(call) }
    if hangs { try await never.wait { $0 } }
    guard calls.current.count > failures else {
      throw AWSError(code: .other, operation: "UpdateTaskProtection", awsCode: "TASK_NOT_VALID", message: "")
    }
  }
}
