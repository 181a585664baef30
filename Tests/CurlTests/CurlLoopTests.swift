import TestSupport
import Testing

@testable import Curl

@Suite(.timeLimit(.minutes(1))) struct CurlLoopTests {
  @Test func `tasks that prefer the executor run on the loop`() async throws {
    let client = try CurlClient()
    let loop = try #require(client.executor as? CurlLoop)
    let peer = try ScriptedPeer { _ in [.answerAll(Answer.ok)] }
    #expect(!loop.isCurrentThread)
    try await withTaskExecutorPreference(client.executor) {
      #expect(loop.isCurrentThread)
      let status = try await client.execute(peer.post()).status
      #expect(status == 200)
      #expect(loop.isCurrentThread)
      await Task.yield()
      #expect(loop.isCurrentThread)
    }
    #expect(!loop.isCurrentThread)
    #expect(try await client.execute(peer.post()).connectionWasReused)
  }

  @Test(arguments: [false, true]) func `500 transfers at once`(onLoop: Bool) async throws {
    let client = try CurlClient(maximumConnections: 100)
    let peer = try ScriptedPeer { _ in [.readRequest, .awaitRequests(500), .send(Answer.ok)] }
    let answers = try await withThrowingTaskGroup(of: Int.self) { group in
      for number in 0..<500 {
        group.addTask(executorPreference: onLoop ? client.executor : nil) {
          try await client.execute(peer.post(Array("\(number)".utf8))).status
        }
      }
      return try await group.reduce(into: 0) { $0 += $1 == 200 ? 1 : 0 }
    }
    #expect(answers == 500)
    #expect(Set(peer.record.requests.map(\.body)).count == 500)
  }

  @Test func `a task that never rests does not starve the transfers`() async throws {
    let client = try CurlClient()
    let peer = try ScriptedPeer { _ in [.answerAll(Answer.ok)] }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask(executorPreference: client.executor) {
        while !Task.isCancelled { await Task.yield() }
      }
      for _ in 0..<20 { _ = try await client.execute(peer.post()) }
      group.cancelAll()
    }
  }

  @Test(arguments: [false, true]) func `shutdown ends what runs and refuses what comes`(onLoop: Bool) async throws {
    let client = try CurlClient()
    let peer = try ScriptedPeer { _ in [.readRequest] }
    try await withThrowingTaskGroup(of: CurlError.self) { group in
      for _ in 0..<10 {
        group.addTask(executorPreference: onLoop ? client.executor : nil) { try await client.failure(of: peer.post()) }
      }
      try await peer.events.wait { $0.requests.count == 10 }
      client.shutdown()
      client.shutdown()
      for try await error in group { #expect(error.code == .closed) }
    }
    #expect(try await client.failure(of: peer.post()).code == .closed)
    let late = try await withTaskExecutorPreference(client.executor) { try await client.failure(of: peer.post()) }
    #expect(late.code == .closed)
    try await peer.events.wait { $0.closedByClient == 10 }
  }

  @Test func `shutdown closes idle connections`() async throws {
    let client = try CurlClient()
    let peer = try ScriptedPeer { _ in [.answerAll(Answer.ok)] }
    _ = try await client.execute(peer.post())
    client.shutdown()
    try await peer.events.wait { $0.closedByClient == 1 }
  }

  @Test func `a released client ends its thread`() async throws {
    weak var loop: CurlLoop?
    let peer = try ScriptedPeer { _ in [.answerAll(Answer.ok)] }
    try await {
      let client = try CurlClient()
      loop = client.executor as? CurlLoop
      _ = try await client.execute(peer.post())
      #expect(loop != nil)
    }()
    try await peer.events.wait { $0.closedByClient == 1 }
    // The thread holds the loop while it runs; with its connections closed it is about to end.
    while loop != nil { await Task.yield() }
  }

  @Test func `no job is stranded by a shutdown`() async throws {
    let peer = try ScriptedPeer { _ in [.answerAll(Answer.ok)] }
    for round in 0..<15 {
      let client = try CurlClient()
      let finished = await withTaskGroup(of: Bool.self) { group in
        for _ in 0..<20 {
          group.addTask(executorPreference: client.executor) {
            for _ in 0..<5 {
              do {
                _ = try await client.execute(peer.post())
              } catch let error as CurlError where error.code != .closed {
                return false
              } catch {}
              await Task.yield()
            }
            return true
          }
        }
        for _ in 0..<round * 2 { await Task.yield() }
        client.shutdown()
        return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
      }
      #expect(finished == 20)
    }
  }

  @Test func `tasks go on after the loop has ended`() async throws {
    let client = try CurlClient()
    weak let loop = client.executor as? CurlLoop
    await withTaskExecutorPreference(client.executor) {
      client.shutdown()
      while loop?.isCurrentThread == true { await Task.yield() }
      for _ in 0..<100 { await Task.yield() }
      #expect(loop?.isCurrentThread == false)
    }
  }
}
