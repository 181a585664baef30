import Curl
import Testing

@testable import Daemon

struct DispositionTests {
  @Test func `only a success deletes: every status from 100 to 999, both ways to count success`() {
    for status in 100...999 {
      let outcome = Outcome.answered(status: status, location: nil)
      #expect(Disposition(outcome, success: .any2xx) == ((200...299).contains(status) ? .delete : .leave))
      #expect(Disposition(outcome, success: .only200) == (status == 200 ? .delete : .leave))
    }
  }

  @Test func `no failure to get an answer deletes`() {
    for code in CurlError.Code.allCases {
      let outcome = Outcome.failed(CurlError(code: code, message: "no"))
      #expect(Disposition(outcome, success: .any2xx) == .leave)
    }
    #expect(Disposition(.invalid("bad path"), success: .any2xx) == .leave)
  }

  @Test func `a delivery cut off by the drain gives its message back in a minute`() {
    #expect(Disposition(.cutOff, success: .any2xx) == .release(after: .seconds(60)))
  }
}
