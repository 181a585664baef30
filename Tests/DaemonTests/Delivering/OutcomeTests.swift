import Curl
import Testing

@testable import Daemon

struct OutcomeTests {
  private enum Kind: String {
    case answered, unreachable, silent, broken, cutOff, invalid, expired
  }

  private func kind(_ outcome: Outcome) -> Kind {
    switch outcome {
    case .answered: .answered
    case .unreachable: .unreachable
    case .silent: .silent
    case .broken: .broken
    case .cutOff: .cutOff
    case .invalid: .invalid
    case .expired: .expired
    }
  }

  private func outcome(_ code: CurlError.Code, answerBegan: Bool = false) -> Outcome {
    Outcome(CurlError(code: code, message: "no", answerBegan: answerBegan))
  }

  /// Every code; what it means for the message, and what it says about the application.
  private static let codes: [(CurlError.Code, String, Circuit.Sign?)] = [
    (.invalidRequest, "invalid", nil), (.nameNotResolved, "unreachable", .unreachable),
    (.connectionFailed, "unreachable", .unreachable), (.connectTimeout, "unreachable", .unreachable),
    (.tlsFailed, "unreachable", .unreachable), (.idleTimeout, "silent", nil), (.totalTimeout, "silent", nil),
    (.sendFailed, "broken", .refusing), (.connectionReset, "broken", .refusing),
    (.closedBeforeAnswer, "broken", .refusing), (.partialAnswer, "broken", .refusing), (.badAnswer, "broken", .well),
    (.bodyTooLarge, "broken", .well), (.other, "broken", .well), (.cancelled, "cutOff", nil), (.closed, "cutOff", nil),
  ]

  @Test func `each way to get no answer means one thing for the message and one for the application`() {
    #expect(Set(Self.codes.map(\.0)) == Set(CurlError.Code.allCases))
    for (code, name, sign) in Self.codes {
      #expect(kind(outcome(code)).rawValue == name, "\(code)")
      #expect(outcome(code).sign == sign, "\(code)")
      #expect(!outcome(code).isSuccess(.any2xx) && !outcome(code).asksForLess)
    }
  }

  @Test func `what broke once an answer had begun was not unreachable`() {
    #expect(kind(outcome(.tlsFailed, answerBegan: true)) == .broken)
    #expect(outcome(.tlsFailed, answerBegan: true).sign == .well)
  }

  @Test func `of answers only 429 and 503 are refusals, and ask for less`() {
    for status in 100...999 {
      let answer = Outcome.answered(status: status)
      let isRefusal = status == 429 || status == 503
      #expect(answer.sign == (isRefusal ? .refusing : .well))
      #expect(answer.asksForLess == isRefusal)
    }
  }

  @Test func `the application has no part in a message that was not sent`() {
    for outcome in [.invalid("bad path"), .expired, .cutOff] as [Outcome] {
      #expect(outcome.sign == nil)
      #expect(outcome.failure == nil)
    }
  }

  @Test func `a failure is a few words`() {
    #expect(Outcome.answered(status: 503).failure == "answered with 503")
    #expect(outcome(.connectionFailed).failure == "no")
    #expect(outcome(.idleTimeout).failure == "no")
    #expect(outcome(.connectionReset).failure == "no")
  }
}
