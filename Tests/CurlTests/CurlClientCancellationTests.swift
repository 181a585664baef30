import Curl
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct CurlClientCancellationTests {
  let client: CurlClient

  init() throws { client = try CurlClient() }

  private func expectCancelled(
    _ request: CurlRequest, onLoop: Bool, when isReady: @Sendable () async throws -> Void
  ) async throws {
    let client = client
    let task = Task(executorPreference: onLoop ? client.executor : nil) {
      (try await client.failure(of: request), ContinuousClock.now)
    }
    try await isReady()
    let start = ContinuousClock.now
    task.cancel()
    let (error, end) = try await task.value
    #expect(error.code == .cancelled, "\(error)")
    // No timeout of these tests is shorter than 30 s. The loop's thread is its own; the other tasks share theirs with
    // all tests that run at the same time.
    #expect(end - start < (onLoop ? .seconds(1) : .seconds(10)), "\(end - start)")
  }

  @Test(arguments: [false, true]) func `before the start`(onLoop: Bool) async throws {
    let peer = try ScriptedPeer { _ in [.answerAll(Answer.ok)] }
    let client = client
    let task = Task {
      unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
      return if onLoop {
        try await withTaskExecutorPreference(client.executor) { try await client.failure(of: peer.post()) }
      } else {
        try await client.failure(of: peer.post())
      }
    }
    #expect(try await task.value.code == .cancelled)
    #expect(peer.record.connectionCount == 0)
  }

  @Test(arguments: [false, true]) func `while connecting`(onLoop: Bool) async throws {
    let nobody = try ScriptedPeer.unreachable()
    let other = try ScriptedPeer { _ in [.answerAll(Answer.ok)] }
    var request = nobody.post()
    request.connectTimeout = .seconds(30)
    // Requests start in the order in which they come: when this one is answered, the other one is connecting.
    try await expectCancelled(request, onLoop: onLoop) { _ = try await client.execute(other.post()) }
  }

  @Test(arguments: [false, true]) func `while sending`(onLoop: Bool) async throws {
    let peer = try ScriptedPeer(receiveBuffer: 64 << 10) { _ in [.readHead, .pause(.seconds(30))] }
    try await expectCancelled(peer.post([UInt8](repeating: 1, count: 16 << 20)), onLoop: onLoop) {
      try await peer.events.wait { $0.requests.count == 1 }
    }
  }

  @Test(arguments: [false, true]) func `while waiting`(onLoop: Bool) async throws {
    let peer = try ScriptedPeer { _ in [.readRequest] }
    try await expectCancelled(peer.post(), onLoop: onLoop) { try await peer.events.wait { $0.requests.count == 1 } }
    try await peer.events.wait { $0.closedByClient == 1 }
    #expect(peer.record.requests.count == 1)
  }

  @Test(arguments: [false, true]) func `while receiving`(onLoop: Bool) async throws {
    let peer = try ScriptedPeer { _ in
      [.readRequest, .send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel")]
    }
    let other = try ScriptedPeer { _ in [.answerAll(Answer.ok)] }
    try await expectCancelled(peer.post(), onLoop: onLoop) {
      try await peer.events.wait { $0.requests.count == 1 }
      _ = try await client.execute(other.post())
    }
    try await peer.events.wait { $0.closedByClient == 1 }
  }

  @Test(arguments: [false, true]) func `at any moment, each call ends once`(onLoop: Bool) async throws {
    let peer = try ScriptedPeer { _ in [.answerAll(Answer.ok)] }
    let client = client
    var generator = SeededGenerator(state: 7)
    let ends = try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<600 {
        let yields = Int.random(in: 0..<20, using: &generator)
        group.addTask {
          let task = Task(executorPreference: onLoop ? client.executor : nil) {
            try await client.execute(peer.post()).status
          }
          for _ in 0..<yields { await Task.yield() }
          task.cancel()
          switch await task.result {
          case .success(let status): return status == 200
          case .failure(let error): return (error as? CurlError)?.code == .cancelled
          }
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(ends.count == 600 && ends.allSatisfy(\.self))
    // The client is none the worse for it.
    #expect(try await client.execute(peer.post()).status == 200)
  }

  @Test func `a cancel after the end does nothing`() async throws {
    let peer = try ScriptedPeer { _ in [.answerAll(Answer.ok)] }
    let client = client
    let isAnswered = TestSignal(false)
    let task = Task {
      let status = try await client.execute(peer.post()).status
      isAnswered.update { $0 = true }
      return status
    }
    try await isAnswered.wait { $0 }
    task.cancel()
    #expect(try await task.value == 200)
  }
}
