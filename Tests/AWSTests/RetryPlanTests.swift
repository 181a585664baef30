import Curl
import TestSupport
import Testing

@testable import AWS

@Suite struct RetryPlanTests {
  private func plan(_ repeatability: Repeatability = .always, isLongPoll: Bool = false) -> RetryPlan {
    RetryPlan(policy: .standard, repeatability: repeatability, isLongPoll: isLongPoll)
  }

  private func next(
    _ plan: inout RetryPlan, _ error: AWSError, isRemedied: Bool = false, jitter: Double = 1,
    quota: inout RetryQuota
  ) -> RetryPlan.Step {
    plan.next(after: error, isRemedied: isRemedied, jitter: jitter, quota: &quota)
  }

  private func transport(_ code: CurlError.Code, reused: Bool = false, began: Bool = false) -> AWSError {
    AWSError(
      operation: "X",
      transport: CurlError(code: code, message: "m", connectionWasReused: reused, answerBegan: began))
  }

  @Test(arguments: [
    (0, false, 1.0, 50), (1, false, 1, 100), (2, false, 1, 200), (8, false, 1, 12_800), (9, false, 1, 20_000),
    (1_000, false, 1, 20_000), (0, true, 1, 1_000), (1, true, 1, 2_000), (4, true, 1, 16_000), (5, true, 1, 20_000),
    (0, false, 0, 0), (0, true, 0.5, 500), (5, true, 0.25, 5_000), (-1, false, 1, 50),
  ])
  func `pauses double from their base, are capped before the jitter, and may be nothing`(
    retry: Int, isThrottling: Bool, jitter: Double, milliseconds: Int
  ) {
    #expect(
      RetryPolicy.standard.pause(beforeRetry: retry, isThrottling: isThrottling, jitter: jitter)
        == .milliseconds(milliseconds))
  }

  @Test(arguments: [(0, 500), (499, 500), (3_000, 3_000), (5_500, 5_500), (5_501, 5_500), (999_999_999, 5_500)])
  func `the server's wish lengthens a pause by at most five seconds, and never shortens it`(wish: Int, pause: Int) {
    #expect(
      RetryPolicy.standard.pause(beforeRetry: 0, isThrottling: true, jitter: 0.5, wish: .milliseconds(wish))
        == .milliseconds(pause))
  }

  @Test(arguments: [("0", 0), ("1500", 1500), ("999999999", 999_999_999)])
  func `the wish is a whole number of milliseconds`(text: String, milliseconds: Int) {
    #expect(AWSError.retryAfter(text) == .milliseconds(milliseconds))
  }

  @Test(arguments: ["", "-1", "+1", "1.5", "1e3", "1 ", "1000000000", "99999999999999999999", "١", "soon"])
  func `another wish is none`(text: String) {
    #expect(AWSError.retryAfter(text) == nil)
  }

  @Test func `three attempts and no more, and the last retry's cost comes back with the success`() {
    var quota = RetryQuota()
    var plan = plan()
    let error = AWSError(code: .transient, message: "")
    #expect(next(&plan, error, quota: &quota) == .again(after: .milliseconds(50), onFreshConnection: false))
    #expect(next(&plan, error, quota: &quota) == .again(after: .milliseconds(100), onFreshConnection: false))
    #expect(quota.tokens == 472)
    #expect(next(&plan, error, quota: &quota) == .end)
    #expect(quota.tokens == 472 && plan.attempts == 3)
    quota.succeeded(lastCost: plan.lastCost)
    #expect(quota.tokens == 486)
  }

  @Test(arguments: [AWSError.Code.throttling, .overLimit])
  func `who asks for fewer calls is given more time, for fewer tokens`(code: AWSError.Code) {
    var quota = RetryQuota()
    var plan = plan()
    let error = AWSError(code: code, message: "")
    #expect(next(&plan, error, quota: &quota) == .again(after: .seconds(1), onFreshConnection: false))
    #expect(next(&plan, error, quota: &quota) == .again(after: .seconds(2), onFreshConnection: false))
    #expect(quota.tokens == 490)
  }

  @Test func `without tokens a call ends, a long poll after the pause that it would have made`() {
    for (isLongPoll, step) in [(false, RetryPlan.Step.end), (true, .endAfter(.milliseconds(50)))] {
      var quota = RetryQuota()
      while quota.take(14) {}
      let tokens = quota.tokens
      var plan = plan(isLongPoll: isLongPoll)
      #expect(next(&plan, AWSError(code: .transient, message: ""), quota: &quota) == step)
      #expect(quota.tokens == tokens && plan.lastCost == nil)
      // A cause that was removed leaves nothing to wait for, but the caller must not spin.
      plan = self.plan(isLongPoll: isLongPoll)
      let skew = AWSError(code: .clockSkew, message: "")
      #expect(next(&plan, skew, isRemedied: true, quota: &quota) == step)
    }
  }

  @Test func `a cause that was removed is nothing to wait for`() {
    for code in [AWSError.Code.clockSkew, .expiredCredentials, .invalidCredentials] {
      var quota = RetryQuota()
      var plan = plan(.unlessAmbiguous)
      let error = AWSError(code: code, message: "")
      #expect(next(&plan, error, isRemedied: true, quota: &quota) == .again(after: .zero, onFreshConnection: false))
      let second = next(&plan, error, quota: &quota)
      #expect(
        second == (code == .clockSkew ? .again(after: .milliseconds(100), onFreshConnection: false) : .end), "\(code)")
    }
  }

  @Test func `a kept connection that was closed costs neither time nor tokens, but an attempt`() {
    for code in [CurlError.Code.closedBeforeAnswer, .connectionReset, .sendFailed] {
      var quota = RetryQuota()
      var plan = plan()
      let stale = transport(code, reused: true)
      #expect(next(&plan, stale, quota: &quota) == .again(after: .zero, onFreshConnection: true))
      #expect(quota == RetryQuota() && plan.attempts == 1)
      for error in [transport(code), transport(code, reused: true, began: true)] {
        plan = self.plan()
        #expect(next(&plan, error, quota: &quota) == .again(after: .milliseconds(50), onFreshConnection: false))
      }
    }
  }

  @Test func `what is not safe to repeat is repeated only after failures that prove it had no effect`() {
    let certain: [AWSError] =
      [AWSError(code: .throttling, message: ""), AWSError(code: .overLimit, message: "")]
      + [CurlError.Code.nameNotResolved, .connectionFailed, .connectTimeout].map { transport($0) }
    let doubtful: [AWSError] =
      [AWSError(code: .transient, message: "")]
      + [
        CurlError.Code.idleTimeout, .totalTimeout, .sendFailed, .connectionReset, .closedBeforeAnswer, .partialAnswer,
        .badAnswer, .tlsFailed, .other,
      ].map { transport($0) } + [transport(.closedBeforeAnswer, reused: true)]
    for (errors, isDoubtful) in [(certain, false), (doubtful, true)] {
      for error in errors {
        var quota = RetryQuota()
        var plan = plan(.unlessAmbiguous)
        #expect(error.isAmbiguous == isDoubtful, "\(error)")
        #expect((next(&plan, error, quota: &quota) == .end) == isDoubtful, "\(error)")
        plan = self.plan(.always)
        #expect(next(&plan, error, quota: &quota) != .end, "\(error)")
      }
    }
  }

  @Test func `what cannot pass is not repeated`() {
    let codes: [AWSError.Code] = [
      .cancelled, .expiredCredentials, .invalidCredentials, .credentials, .signatureRefused, .accessDenied,
      .queueDoesNotExist, .receiptHandleInvalid, .messageNotInflight, .kmsAccessDenied, .kmsUnavailable,
      .invalidRequest, .invalidMessage, .unsupportedOperation, .badAnswer, .configuration, .other,
    ]
    for error in codes.map({ AWSError(code: $0, message: "") }) + [transport(.bodyTooLarge), transport(.closed)] {
      var quota = RetryQuota()
      var plan = plan(isLongPoll: true)
      #expect(next(&plan, error, quota: &quota) == .end, "\(error)")
      #expect(quota == RetryQuota())
    }
  }

  @Test func `whatever is taken and given back, the bucket holds from nothing to 500 tokens`() {
    var random = SeededRandom(seed: 10)
    for _ in 0..<50 {
      var quota = RetryQuota()
      var mirror = 500
      for _ in 0..<2_000 {
        if Int.random(in: 0..<3, using: &random) > 0 {
          let cost = [RetryQuota.cost, RetryQuota.throttlingCost].randomElement(using: &random) ?? 0
          let isEnough = mirror >= cost
          #expect(quota.take(cost) == isEnough)
          if isEnough { mirror -= cost }
        } else {
          let cost = [nil, 14, 5].randomElement(using: &random) ?? nil
          quota.succeeded(lastCost: cost)
          mirror = min(500, mirror + (cost ?? 1))
        }
        #expect(quota.tokens == mirror && (0...500).contains(mirror))
      }
    }
  }
}
