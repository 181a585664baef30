import Curl
import TestSupport
import Testing

@testable import AWS

/// Retries as the service sees them.
@Suite(.timeLimit(.minutes(1))) struct RetryWireTests {
  @Test func `a server error is followed by another attempt, signed anew`() async throws {
    let service = try ScriptedService { _ in
      ScriptedPeer.Step.inTurn(.answer(500), .error(403, "RequestThrottled"), .answer(200))
    }
    defer { service.shutdown() }
    try await service.delete()
    #expect(service.recorded.all == [.milliseconds(50), .seconds(2)])
    #expect(service.headers("x-amz-date") == ["20260102T030405Z", "20260102T030405Z", "20260102T030407Z"])
    #expect(Set(service.headers("authorization")).count == 2)
    #expect(Set(service.peer.record.requests.map(\.body)).count == 1)
  }

  @Test(arguments: [(400, "ThrottlingException"), (403, "RequestThrottled"), (400, "KmsThrottled"), (429, "New")])
  func `throttling is throttling whatever its status, and ends after three attempts`(
    status: Int, type: String
  ) async throws {
    let answer = ScriptedPeer.Step.error(status, type)
    let service = try ScriptedService(jitter: 0.5) { _ in ScriptedPeer.Step.inTurn(answer, answer, answer, .answer(200))
    }
    defer { service.shutdown() }
    let error = await service.deleteFailure()
    #expect(error?.code == .throttling && error?.attempts == 3)
    #expect(error?.description.hasSuffix("(HTTP \(status), 3 attempts)") == true)
    #expect(service.recorded.all == [.milliseconds(500), .seconds(1)])
    #expect(service.peer.record.requests.count == 3)
  }

  @Test(arguments: [("3000", 3_000), ("60000", 5_025), ("10", 25), ("soon", 25)])
  func `the server's wish for a pause is heard`(wish: String, milliseconds: Int) async throws {
    let service = try ScriptedService(jitter: 0.5) { _ in
      ScriptedPeer.Step.inTurn(.answer(503, headers: ["x-amz-retry-after: \(wish)"]), .answer(200))
    }
    defer { service.shutdown() }
    try await service.delete()
    #expect(service.recorded.all == [.milliseconds(milliseconds)])
  }

  @Test func `when the tokens are spent calls are attempted once, and a long poll pauses before it fails`() async throws
  {
    let service = try ScriptedService { _ in [.answerAll("HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n")] }
    defer { service.shutdown() }
    // 17 calls with two retries of 14 tokens, one with one, and 10 tokens are left.
    for _ in 0..<18 { _ = await service.deleteFailure() }
    #expect(service.peer.record.requests.count == 53)
    let pauses = service.recorded.all.count
    #expect(pauses == 17 * 2 + 1)
    _ = await service.deleteFailure()
    _ = await service.failure { _ = try await $0.receive(from: ScriptedService.queue, maximum: 1, wait: 0) }
    #expect(service.recorded.all.count == pauses)
    let error = await service.failure { _ = try await $0.receive(from: ScriptedService.queue, maximum: 1, wait: 20) }
    #expect(error?.code == .transient && error?.attempts == 1)
    #expect(service.recorded.all.suffix(1) == [.milliseconds(50)] && service.recorded.all.count == pauses + 1)
    #expect(service.peer.record.requests.count == 56)
  }

  @Test func `an answer of success that cannot be read is not asked for again`() async throws {
    for body in ["<html>", #"{"Messages":[{]}"#, #"{"Messages":["#] {
      let service = try ScriptedService { _ in ScriptedPeer.Step.inTurn(.answer(200, body), .answer(200)) }
      defer { service.shutdown() }
      let error = await service.failure { _ = try await $0.receive(from: ScriptedService.queue, maximum: 1, wait: 20) }
      #expect(error?.code == .badAnswer && service.peer.record.requests.count == 1)
    }
  }

  @Test func `a kept connection that the server has closed is replaced at once`() async throws {
    let service = try ScriptedService { connection in
      connection == 0 ? [.readRequest, .answer(200), .readRequest, .close] : [.readRequest, .answer(200)]
    }
    defer { service.shutdown() }
    try await service.delete()
    try await service.delete()
    #expect(service.peer.record.requests.map(\.connection) == [0, 0, 1])
    #expect(service.recorded.all.isEmpty)
  }

  @Test func `an answer that is cut off or reset is asked for again`() async throws {
    for end in [ScriptedPeer.Step.reset, .send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{")] {
      let service = try ScriptedService { $0 == 0 ? [.readRequest, end, .close] : [.readRequest, .answer(200)] }
      defer { service.shutdown() }
      try await service.delete()
      #expect(service.peer.record.requests.count == 2 && service.recorded.all == [.milliseconds(50)])
    }
  }

  @Test func `a message is not sent again when the first may have arrived, unless its deduplication id makes it one`()
    async throws
  {
    let lost: [ScriptedPeer.Step] = [.answer(500, ""), .answer(502, "<html>"), .close, .reset]
    for end in lost {
      for id in [nil, "once"] {
        let service = try ScriptedService { connection in
          connection == 0 ? [.readRequest, end, .close] : [.readRequest, .answer(200, #"{"MessageId":"m"}"#)]
        }
        defer { service.shutdown() }
        let message = OutgoingMessage(body: "b", groupID: id.map { _ in "g" }, deduplicationID: id)
        let error = await service.failure { _ = try await $0.send(message, to: ScriptedService.fifo) }
        #expect((error == nil) == (id != nil), "\(end), \(id ?? "none")")
        #expect(error?.isAmbiguous != false)
        #expect(service.peer.record.requests.count == (id == nil ? 1 : 2))
      }
    }
  }

  @Test func `a message that was certainly not taken is sent again`() async throws {
    let service = try ScriptedService { connection in
      connection == 0
        ? [.readRequest, .error(403, "RequestThrottled"), .close]
        : [.readRequest, .answer(200, #"{"MessageId":"m"}"#), .close]
    }
    defer { service.shutdown() }
    #expect(try await service.sqs.send(OutgoingMessage(body: "b"), to: ScriptedService.queue).id == "m")
    #expect(service.peer.record.requests.count == 2)
    let batch = [(id: "0", message: OutgoingMessage(body: "b"))]
    let refused = try Endpoint.resolve(
      .sqs, queue: QueueURL(ScriptedService.queue), environment: ["AWS_ENDPOINT_URL": "http://127.0.0.1:1"])
    let pauses = RecordedPauses()
    let nowhere = SQSClient(
      client: service.curl, endpoint: refused.endpoint,
      credentials: Credentials(accessKeyID: "A", secretAccessKey: ScriptedService.secret), pauses: pauses.pauses)
    await #expect(throws: AWSError.self) { try await nowhere.send(batch, to: ScriptedService.queue) }
    #expect(pauses.all.count == 2)
  }

  @Test func `a message goes over a connection of its own, which no server has closed for its age`() async throws {
    let service = try ScriptedService { _ in
      ScriptedPeer.Step.inTurn(.answer(200, #"{"MessageId":"m"}"#), .answer(200, #"{"MessageId":"m"}"#))
    }
    defer { service.shutdown() }
    try await service.delete()
    _ = try await service.sqs.send(OutgoingMessage(body: "b"), to: ScriptedService.queue)
    #expect(service.peer.record.requests.map(\.connection) == [0, 1])
  }

  @Test func `a call that is cancelled while it pauses ends as cancelled`() async throws {
    let isPausing = TestSignal(false)
    let never = TestSignal(false)
    let service = try ScriptedService(
      sleep: { _ in
        isPausing.update { $0 = true }
        try await never.wait { $0 }
      }
    ) { _ in ScriptedPeer.Step.inTurn(.answer(500), .answer(200)) }
    defer { service.shutdown() }
    let call = Task { await service.deleteFailure() }
    try await isPausing.wait { $0 }
    call.cancel()
    let error = await call.value
    #expect(error?.code == .cancelled && error?.status == 500 && error?.isRetryable == false)
    #expect(service.peer.record.requests.count == 1)
  }

  @Test func `no attempt begins at or after the deadline`() async throws {
    let service = try ScriptedService(jitter: 400) { _ in
      [.answerAll("HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n")]
    }
    defer { service.shutdown() }
    // Pauses of 20 and 40 s by the test's clock; each call begins where that has come to. What an attempt has left until
    // the deadline it has in real time, so that is much.
    for (seconds, attempts) in [(20, 1), (40, 2), (60, 2), (80, 3)] {
      let before = service.peer.record.requests.count
      let deadline = RecordedPauses.start.advanced(by: service.recorded.elapsed + .seconds(seconds))
      let error = await service.failure {
        _ = try await $0.delete(
          [BatchEntry(id: "0", receiptHandle: "h")], from: ScriptedService.queue, deadline: deadline)
      }
      #expect(error?.code == .transient && error?.attempts == attempts)
      #expect(service.peer.record.requests.count == before + attempts)
    }
    let sent = service.peer.record.requests.count
    let late = await service.failure {
      try await $0.changeVisibility(
        receiptHandle: "h", to: 0, in: ScriptedService.queue, deadline: RecordedPauses.start)
    }
    #expect(late?.code == .cancelled && late?.isAmbiguous == false && service.peer.record.requests.count == sent)
  }

  @Test func `an attempt is cut off at the deadline`() async throws {
    let service = try ScriptedService { _ in [.readRequest, .pause(.seconds(30))] }
    defer { service.shutdown() }
    let error = await service.failure {
      try await $0.delete(
        receiptHandle: "h", from: ScriptedService.queue,
        deadline: RecordedPauses.start.advanced(by: .milliseconds(40)))
    }
    #expect(error?.transport?.code == .totalTimeout && error?.attempts == 1)
  }

  @Test func `a receive that is not wanted any more is not repeated`() async throws {
    let service = try ScriptedService { _ in ScriptedPeer.Step.inTurn(.answer(500), .answer(200)) }
    defer { service.shutdown() }
    let error = await service.failure {
      _ = try await $0.receive(from: ScriptedService.queue, maximum: 1, wait: 20, mayRepeat: { false })
    }
    #expect(error?.code == .transient && service.peer.record.requests.count == 1 && service.recorded.all.isEmpty)
  }

  @Test func `an entry of a batch that fails by itself is its caller's to repeat`() async throws {
    let service = try ScriptedService { _ in
      ScriptedPeer.Step.inTurn(
        .answer(200, #"{"Successful":[],"Failed":[{"Id":"0","SenderFault":false,"Code":"InternalError"}]}"#))
    }
    defer { service.shutdown() }
    let result = try await service.sqs.delete(
      [BatchEntry(id: "0", receiptHandle: "h")], from: ScriptedService.queue)
    #expect(result.failed.map(\.awsCode) == ["InternalError"] && service.peer.record.requests.count == 1)
  }
}
