import Curl
import Foundation
import TestSupport
import Testing

@testable import AWS

/// Ours against botocore's own retries, in the form that AWS's SDKs have had since November 2026.
@Suite(.timeLimit(.minutes(2))) struct RetryOracleTests {
  struct Failure: Codable {
    /// 0 for no answer at all.
    var status: Int
    var code: String
    var wish: String?
    var jitter: Double
  }

  struct Call: Codable {
    var operation: String
    var failures: [Failure]
  }

  struct Outcome: Codable {
    struct Step: Codable {
      var what: String
      var seconds: Double
    }

    var steps: [Step]
    var tokens: Int
  }

  private static let failures: [(status: Int, code: String)] = [
    (0, ""), (500, "InternalFailure"), (502, ""), (503, ""), (504, ""), (400, "RequestTimeout"),
    (400, "RequestTimeoutException"), (400, "PriorRequestNotComplete"), (400, "Throttling"),
    (400, "ThrottlingException"), (400, "ThrottledException"), (400, "RequestThrottledException"),
    (429, "TooManyRequestsException"), (400, "ProvisionedThroughputExceededException"),
    (400, "TransactionInProgressException"), (503, "RequestLimitExceeded"), (503, "BandwidthLimitExceeded"),
    (400, "LimitExceededException"), (403, "RequestThrottled"), (503, "SlowDown"), (503, "EC2ThrottledException"),
    (400, "InvalidParameterValue"), (403, "AccessDenied"), (400, "QueueDoesNotExist"), (400, "ReceiptHandleIsInvalid"),
  ]

  private static let wishes: [String?] = [nil, nil, nil, "0", "40", "700", "3000", "4999", "60000", "-5", "soon", ""]

  /// Calls that mostly fail, so that the bucket runs dry, and some that succeed.
  private static func calls(_ random: inout SeededRandom) -> [Call] {
    (0..<600).map { index in
      let isGoodTime = index % 150 > 100
      let count = isGoodTime ? Int.random(in: 0...1, using: &random) : Int.random(in: 0...3, using: &random)
      return Call(
        operation: Bool.random(using: &random) ? "ReceiveMessage" : "DeleteMessageBatch",
        failures: (0..<count).map { _ in
          let failure = failures.randomElement(using: &random) ?? (500, "")
          return Failure(
            status: failure.status, code: failure.code, wish: wishes.randomElement(using: &random) ?? nil,
            jitter: .random(in: 0..<1, using: &random))
        })
    }
  }

  private func error(_ failure: Failure) -> AWSError {
    guard failure.status > 0 else {
      return AWSError(operation: "X", transport: CurlError(code: .connectionFailed, message: ""))
    }
    return AWSError(
      operation: "X",
      answer: CurlResponse(
        status: failure.status, headers: failure.wish.map { [(name: "x-amz-retry-after", value: $0)] } ?? [],
        body: Array(#"{"__type":"\#(failure.code)"}"#.utf8)), localDate: Date())
  }

  @Test func `every decision, every pause and every token are botocore's`() async throws {
    var random = SeededRandom(seed: 2026)
    let calls = Self.calls(&random)
    let theirs: [Outcome] = try await Botocore.run("retries.py", input: calls)
    try #require(theirs.count == calls.count)
    var quota = RetryQuota()
    var seen: Set<String> = []
    for (index, (call, their)) in zip(calls, theirs).enumerated() {
      var plan = RetryPlan(policy: .standard, repeatability: .always, isLongPoll: call.operation == "ReceiveMessage")
      var steps: [(what: String, pause: Duration)] = []
      for failure in call.failures {
        switch plan.next(after: error(failure), isRemedied: false, jitter: failure.jitter, quota: &quota) {
        case .end: steps.append(("end", .zero))
        case .endAfter(let pause): steps.append(("end after", pause))
        case .again(let pause, _): steps.append(("again", pause))
        }
        if steps.last?.what != "again" { break }
      }
      if steps.allSatisfy({ $0.what == "again" }) { quota.succeeded(lastCost: plan.lastCost) }
      #expect(steps.map(\.what) == their.steps.map(\.what), "call \(index): \(call)")
      for (ours, theirs) in zip(steps, their.steps) {
        #expect(abs(ours.pause / .seconds(1) - theirs.seconds) < 1e-9, "call \(index): \(call)")
      }
      #expect(quota.tokens == their.tokens, "call \(index): \(call)")
      seen.formUnion(steps.map(\.what))
    }
    #expect(seen == ["again", "end", "end after"])
  }
}
