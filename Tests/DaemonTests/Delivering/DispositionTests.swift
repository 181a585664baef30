import Curl
import TestSupport
import Testing

@testable import Daemon

struct DispositionTests {
  private let silent = Outcome.silent(CurlError(code: .idleTimeout, message: "silent"))
  private let broken = Outcome.broken(CurlError(code: .connectionReset, message: "reset"))
  private let unreachable = Outcome.unreachable(CurlError(code: .connectionFailed, message: "refused"))

  /// 60 s into a visibility timeout of 300 s.
  private func disposition(
    _ outcome: Outcome, error: Int? = nil, backoff: RetryBackoff? = nil, held: Int = 60, isExtended: Bool = false
  ) -> Disposition {
    Disposition(
      outcome,
      RetryRules(
        visibilityTimeout: .seconds(300), errorVisibilityTimeout: error.map { .seconds($0) }, backoff: backoff),
      .init(held: .seconds(held), isExtended: isExtended, receiveCount: 3, jitter: 1))
  }

  private func release(_ seconds: Int) -> Disposition { .release(after: .seconds(seconds)) }

  @Test func `only a success deletes: every status from 100 to 999, both ways to count success`() {
    for status in 100...999 {
      let outcome = Outcome.answered(status: status, location: nil)
      #expect(Disposition(outcome, RetryRules()) == ((200...299).contains(status) ? .delete : .leave))
      #expect(Disposition(outcome, RetryRules(success: .only200)) == (status == 200 ? .delete : .leave))
    }
  }

  @Test func `no failure to get an answer deletes`() {
    for code in CurlError.Code.allCases {
      #expect(Disposition(Outcome(CurlError(code: code, message: "no")), RetryRules()) != .delete)
    }
    #expect(Disposition(.invalid("bad path"), RetryRules()) == .leave)
  }

  @Test func `a message that is too old is deleted`() {
    #expect(disposition(.expired, error: 5, isExtended: true) == .delete)
  }

  @Test func `a delivery cut off by the drain gives its message back in a minute, whatever the rules`() {
    #expect(disposition(.cutOff) == release(60))
    #expect(disposition(.cutOff, error: 5, held: 1000, isExtended: true) == release(60))
  }

  @Test func `what was never sent is given back at once, whatever the rules`() {
    #expect(disposition(unreachable) == release(0))
    #expect(disposition(unreachable, error: 500, isExtended: true) == release(0))
  }

  @Test func `without rules a failure is left to the visibility timeout, and an extension of that is undone`() {
    for outcome in [.answered(status: 500), .answered(status: 503), silent, broken, .invalid("bad path")] {
      #expect(disposition(outcome) == .leave)
      #expect(disposition(outcome, isExtended: true) == release(240))
      #expect(disposition(outcome, held: 1000, isExtended: true) == release(0))
    }
  }

  @Test func `with an error visibility timeout a failure comes back that long after its answer, also at once`() {
    for outcome in [.answered(status: 500), silent, broken, .invalid("bad path")] {
      for isExtended in [false, true] {
        #expect(disposition(outcome, error: 7, isExtended: isExtended) == release(7))
        #expect(disposition(outcome, error: 0, isExtended: isExtended) == release(0))
      }
    }
  }

  @Test func `with a backoff a failure comes back later each time, but not while it may still be worked on`() {
    let backoff = RetryBackoff(base: .seconds(10), cap: .seconds(600))
    for outcome in [.answered(status: 500), broken, .invalid("bad path")] {
      #expect(disposition(outcome, backoff: backoff) == release(40))
      // It wins over the error visibility timeout.
      #expect(disposition(outcome, error: 7, backoff: backoff) == release(40))
    }
    #expect(disposition(silent, backoff: backoff) == release(240))
    #expect(disposition(silent, error: 7, backoff: backoff) == release(240))
    #expect(disposition(silent, backoff: backoff, held: 290) == release(40))
  }

  @Test func `Retry-After wins on any failed answer, and means nothing on a success`() {
    let backoff = RetryBackoff(base: .seconds(10), cap: .seconds(600))
    for status in [301, 400, 404, 429, 500, 503] {
      let outcome = Outcome.answered(status: status, retryAfter: .seconds(17))
      #expect(disposition(outcome) == release(17))
      #expect(disposition(outcome, error: 7, backoff: backoff, isExtended: true) == release(17))
    }
    #expect(disposition(.answered(status: 200, retryAfter: .seconds(17))) == .delete)
  }

  @Test func `a part of a second is a whole one, so that nothing comes back too early`() {
    let rules = RetryRules(visibilityTimeout: .seconds(300))
    for (held, after) in [(0, 300), (1, 300), (999, 300), (1000, 299), (299_999, 1), (300_000, 0), (300_001, 0)] {
      #expect(
        Disposition(broken, rules, .init(held: .milliseconds(held), isExtended: true)) == release(after), "\(held) ms")
    }
  }

  @Test func `nothing is released beyond SQS's 12 hours from the receive`() {
    let hour = 3600
    let long = Outcome.answered(status: 503, retryAfter: .seconds(12 * hour))
    #expect(disposition(long, held: 0) == release(12 * hour - 30))
    #expect(disposition(long, held: hour) == release(11 * hour - 30))
    #expect(disposition(long, held: 12 * hour) == release(0))
    #expect(disposition(.cutOff, held: 12 * hour - 50) == release(20))
    #expect(disposition(broken, error: 43_200, held: 100) == release(43_200 - 130))
  }

  @Test func `whatever the outcome, the rules and the circumstances, these hold`() {
    var random = SeededRandom(seed: 83)
    for _ in 0..<50_000 {
      let outcome = anyOutcome(&random)
      let rules = RetryRules(
        success: Bool.random(using: &random) ? .any2xx : .only200,
        visibilityTimeout: .seconds(Int.random(in: 1...43_200, using: &random)),
        errorVisibilityTimeout: Bool.random(using: &random)
          ? .seconds(Int.random(in: 0...43_200, using: &random)) : nil,
        backoff: Int.random(in: 0..<3, using: &random) == 0
          ? RetryBackoff(base: .seconds(Int.random(in: 1...100, using: &random)), cap: .seconds(43_200)) : nil)
      let now = Disposition.Circumstances(
        held: .milliseconds(Int.random(in: 0...50_000_000, using: &random)),
        isExtended: Bool.random(using: &random), receiveCount: Int.random(in: 1...40, using: &random),
        jitter: Double.random(in: 0...1, using: &random))
      let disposition = Disposition(outcome, rules, now)
      let limit = max(.zero, HeldMessages.longestHold - now.held)
      let left = max(.zero, rules.visibilityTimeout - now.held)
      #expect((disposition == .delete) == outcome.isDone(rules.success))
      if case .release(let after) = disposition {
        // In whole seconds, as SQS takes them; the part of one that makes it whole is within what the limit keeps clear of.
        #expect(after >= .zero && after <= limit.roundedUpToSeconds && after == after.roundedUpToSeconds)
        if case .silent = outcome, rules.errorVisibilityTimeout == nil || rules.backoff != nil {
          #expect(after >= min(left, limit))
        }
        if case .answered(_, let retryAfter?, _) = outcome {
          #expect(after == min(retryAfter, limit).roundedUpToSeconds)
        }
      }
      if disposition == .leave {
        // Only if nothing else was said, and the visibility timeout still runs from the receive.
        #expect(rules.errorVisibilityTimeout == nil && rules.backoff == nil && !now.isExtended)
        if case .answered(_, let retryAfter, _) = outcome { #expect(retryAfter == nil) }
      }
    }
  }

  private func anyOutcome(_ random: inout SeededRandom) -> Outcome {
    switch Int.random(in: 0..<6, using: &random) {
    case 0: return .cutOff
    case 1: return .invalid("bad path")
    case 2: return Int.random(in: 0..<5, using: &random) == 0 ? .expired : .cutOff
    case 3:
      let code = CurlError.Code.allCases.randomElement(using: &random) ?? .other
      return Outcome(CurlError(code: code, message: "no"))
    default:
      let retryAfter = Bool.random(using: &random) ? Duration.seconds(Int.random(in: 0...50_000, using: &random)) : nil
      return .answered(status: Int.random(in: 100...599, using: &random), retryAfter: retryAfter)
    }
  }
}

extension Outcome {
  /// Success, or too old: spelled out, because it is what must hold.
  fileprivate func isDone(_ success: Application.Success) -> Bool {
    switch self {
    case .expired: true
    case .answered(let status, _, _): success == .any2xx ? status >= 200 && status <= 299 : status == 200
    default: false
    }
  }
}
