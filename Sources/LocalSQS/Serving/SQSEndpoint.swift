internal import FoundationEssentials
internal import HTTPCore

/// The HTTP side of SQS: AWS JSON 1.0 (Smithy, "AWS JSON 1.0 protocol"), where the action's name is in a header, and this
/// program's own `/health` and `/stats`.
struct SQSEndpoint: Sendable {
  let host: QueueHost
  /// How long every answer is held back, to try clients against a slow SQS.
  let latency: Duration

  func respond(to request: HTTPRequest, exchange: HTTPExchange) async -> HTTPResponse {
    switch (request.method, request.path) {
    case ("GET", "/health"), ("HEAD", "/health"): .text(200, "ok")
    case ("GET", "/stats"), ("HEAD", "/stats"): stats
    case ("POST", _): await answerCall(request, exchange)
    default:
      .text(404, "local-sqs takes POST requests of the AWS JSON 1.0 protocol, GET /health and GET /stats.")
    }
  }

  private var stats: HTTPResponse {
    do {
      return .json(200, String(decoding: try encode(host.stats), as: UTF8.self))
    } catch {
      return .text(500, error.description)
    }
  }

  private func answerCall(_ request: HTTPRequest, _ exchange: HTTPExchange) async -> HTTPResponse {
    var generator = SplitMix64(seed: UInt64.random(in: 0...UInt64.max))
    let requestID = generator.uuid()
    var response: HTTPResponse
    if request.headers.first("X-Amz-Target") == nil, QueryProtocol.isMeant(by: request) {
      response = QueryProtocol.refusal(requestID: requestID)
    } else {
      do throws(SQSError) {
        let body = try await perform(request, exchange)
        response = HTTPResponse(status: 200, body: body)
      } catch {
        response = refusal(error)
      }
      response.headers.append(("Content-Type", "application/x-amz-json-1.0"))
    }
    response.headers.append(("x-amzn-RequestId", requestID))
    if latency > .zero { try? await Task.sleep(for: latency) }
    return response
  }

  private func perform(_ request: HTTPRequest, _ exchange: HTTPExchange) async throws(SQSError) -> [UInt8] {
    let target = request.headers.first("X-Amz-Target") ?? ""
    let parts = target.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0] == "AmazonSQS" else { throw unknownOperation(target) }
    let name = String(parts[1])
    if name == "ReceiveMessage" {
      host.note(call: name)
      return try await receive(try decode(ReceiveMessage.self, request.body), request, exchange)
    }
    guard let action = Actions.named(name) else { throw unknownOperation(target) }
    host.note(call: name)
    return try run(action, request)
  }

  private func run<Action: QueueAction>(_ type: Action.Type, _ request: HTTPRequest) throws(SQSError) -> [UInt8] {
    let action = try decode(Action.self, request.body)
    let answer = try host.perform { (store: inout QueueStore, now) throws(SQSError) in
      try action.perform(on: &store, call(request, now: now))
    }
    return try encode(answer)
  }

  /// A client that hangs up while it waits takes no message with it.
  private func receive(
    _ wanted: ReceiveMessage, _ request: HTTPRequest, _ exchange: HTTPExchange
  ) async throws(SQSError) -> [UInt8] {
    let call = call(request, now: host.now())
    let queue = try call.queueName(wanted.queueURL)
    let receive = try wanted.request(limits: host.limits)
    let result = await withTaskGroup(of: Result<[ReceivedMessage], SQSError>?.self) { group in
      group.addTask {
        do throws(SQSError) {
          return .success(try await host.receive(receive, from: queue, wait: wanted.wait))
        } catch {
          return .failure(error)
        }
      }
      group.addTask {
        await exchange.untilClientGone()
        return nil
      }
      var result: Result<[ReceivedMessage], SQSError> = .success([])
      // Whichever comes first ends the other; a receive that was ended so is still waited for, and comes empty.
      while let next = await group.next() {
        if let next { result = next }
        group.cancelAll()
      }
      return result
    }
    return try encode(wanted.answer(try result.get(), region: call.region))
  }

  private func call(_ request: HTTPRequest, now: Timestamp) -> Call {
    let scope = request.headers.first("Authorization").flatMap { CredentialScope(authorization: $0) }
    return Call(
      now: now, region: scope?.region ?? QueueARN.standardRegion, host: request.headers.first("Host") ?? "localhost")
  }

  private func refusal(_ error: SQSError) -> HTTPResponse {
    let body = (try? encode(ErrorAnswer(type: error.type, message: error.message))) ?? []
    let headers = error.isFromFramework ? [] : [(name: "x-amzn-query-error", value: "\(error.queryCode);Sender")]
    return HTTPResponse(status: error.status, headers: headers, body: body)
  }

  private func unknownOperation(_ target: String) -> SQSError {
    SQSError(.unknownOperation, "The operation \(target.prefix(100)) is not one that local-sqs has.")
  }

  private func decode<Value: Decodable>(_ type: Value.Type, _ body: [UInt8]) throws(SQSError) -> Value {
    do {
      return try JSONDecoder().decode(type, from: body.isEmpty ? Data("{}".utf8) : Data(body))
    } catch {
      // The decoder's own words may quote the message.
      throw SQSError(.serialization, "The request is not JSON, or a member of it has the wrong type.")
    }
  }

  private func encode(_ value: some Encodable) throws(SQSError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    do {
      return Array(try encoder.encode(value))
    } catch {
      throw SQSError(.serialization, "The answer cannot be written as JSON.")
    }
  }
}

private struct ErrorAnswer: Encodable {
  let type: String
  let message: String

  enum CodingKeys: String, CodingKey {
    case type = "__type"
    case message
  }
}
