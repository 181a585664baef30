import SQSD
import Testing

@testable import Daemon

struct TickClaimTests {
  private static let start = ContinuousClock.now
  private static let ours = ClaimToken(owner: "a", number: 1)
  private static let theirs = ClaimToken(owner: "b", number: 1)

  /// A tick of second 60, in the hands of "a"; times are seconds by both clocks.
  private struct Bench {
    var claim: TickClaim
    var now = 60.0
    /// What the wall clock is ahead.
    var ahead = 0.0

    init(usesTable: Bool = true) {
      claim = TickClaim(
        scheduledAt: Timestamp(secondsSince1970: 60), owner: "a", usesTable: usesTable, times: TickTimes())
    }

    private var moment: Moment {
      Moment(wall: Int64((now + ahead) * 1000), instant: TickClaimTests.start.advanced(by: .seconds(now)))
    }

    mutating func next(at time: Double? = nil) -> TickClaim.Step {
      now = time ?? now
      return claim.next(now: moment)
    }

    mutating func answered(_ answer: TickClaim.Answer, at time: Double? = nil) {
      now = time ?? now
      claim.answered(answer, now: moment, jitter: 1)
    }
  }

  private func instant(_ seconds: Double) -> ContinuousClock.Instant { Self.start.advanced(by: .seconds(seconds)) }

  private func claimed(_ token: ClaimToken, _ state: ClaimRecord.State = .claimed) -> ClaimRecord {
    ClaimRecord(token: token, state: state)
  }

  /// The deadlines of a claim that begins now.
  private func send(_ began: Double) -> TickClaim.Step { .call(.send(until: instant(began + 5))) }

  @Test func `a tick is claimed, sent and marked`() {
    var bench = Bench()
    #expect(bench.next() == .call(.claim(as: Self.ours)) && bench.next() == .wait(until: nil))
    bench.answered(.done, at: 60.1)
    #expect(bench.next() == send(60))
    bench.answered(.done, at: 60.2)
    #expect(bench.next() == .call(.mark(Self.ours)))
    bench.answered(.done)
    #expect(bench.next() == .ended(.sent) && bench.claim.takeEvents().isEmpty)
  }

  @Test func `another's claim is looked at, and left once it is sent`() {
    var bench = Bench()
    _ = bench.next()
    bench.answered(.refused(claimed(Self.theirs)))
    #expect(bench.next(at: 61) == .wait(until: instant(66)))
    #expect(bench.next(at: 66) == .call(.look))
    bench.answered(.found(claimed(Self.theirs, .sent)))
    #expect(bench.next() == .ended(.left))
  }

  @Test func `a claim that does not change is taken over after twenty seconds`() {
    var bench = Bench()
    _ = bench.next()
    bench.answered(.refused(claimed(Self.theirs)), at: 60.5)
    #expect(bench.next(at: 66.5) == .call(.look))
    bench.answered(.found(claimed(Self.theirs)), at: 66.6)
    #expect(bench.next(at: 80.4) == .wait(until: instant(80.5)))
    #expect(bench.next(at: 80.5) == .call(.look))
    bench.answered(.found(claimed(Self.theirs)))
    let second = ClaimToken(owner: "a", number: 2)
    #expect(bench.next() == .call(.takeOver(from: Self.theirs, as: second)))
    bench.answered(.done, at: 81)
    #expect(bench.next() == send(80.5) && bench.claim.takeEvents() == [.tookOver(from: "b")])
  }

  @Test func `another token, or a call that fails, begins the twenty seconds anew`() {
    for isFailure in [true, false] {
      var bench = Bench()
      _ = bench.next()
      bench.answered(.refused(claimed(Self.theirs)))
      _ = bench.next(at: 66)
      bench.answered(isFailure ? .unknown : .found(claimed(ClaimToken(owner: "c", number: 1))))
      if isFailure {
        #expect(bench.next() == .wait(until: instant(67)) && bench.next(at: 67) == .call(.look))
        bench.answered(.found(claimed(Self.theirs)))
      }
      let since = isFailure ? 67.0 : 66.0
      #expect(bench.next() == .wait(until: instant(since + 6)))
      _ = bench.next(at: since + 6)
      bench.answered(.found(claimed(isFailure ? Self.theirs : ClaimToken(owner: "c", number: 1))))
      #expect(bench.next() == .wait(until: instant(since + 20)))
    }
  }

  @Test func `a claim whose answer was lost is looked up, and is ours as long as its time runs`() {
    var bench = Bench()
    _ = bench.next()
    bench.answered(.unknown, at: 63)
    #expect(bench.next() == .call(.look))
    bench.answered(.found(claimed(Self.ours)), at: 63.1)
    #expect(bench.next() == send(60))
    // The same, too late: it is given back, so that others need not wait.
    var late = Bench()
    _ = late.next()
    late.answered(.unknown, at: 63)
    _ = late.next()
    late.answered(.found(claimed(Self.ours)), at: 65)
    #expect(late.next() == .call(.giveBack(Self.ours)))
  }

  @Test func `a claim whose answer was lost and that is not there is made again`() {
    var bench = Bench()
    _ = bench.next()
    bench.answered(.unknown, at: 63)
    _ = bench.next()
    bench.answered(.found(nil))
    let second = ClaimToken(owner: "a", number: 2)
    #expect(bench.next() == .call(.claim(as: second)))
    // The first one arrives after all: it is ours, and nobody works at it.
    bench.answered(.refused(claimed(Self.ours)))
    #expect(bench.next() == .call(.takeOver(from: Self.ours, as: ClaimToken(owner: "a", number: 3))))
    bench.answered(.done)
    #expect(bench.next() == send(63) && bench.claim.takeEvents().isEmpty)
  }

  @Test func `nothing is sent at or after the deadline: the claim is given back and made anew`() {
    var bench = Bench()
    _ = bench.next()
    bench.answered(.done)
    #expect(bench.next(at: 65) == .call(.giveBack(Self.ours)))
    bench.answered(.done)
    #expect(bench.next() == .wait(until: instant(66)))
    #expect(bench.next(at: 66) == .call(.takeOver(from: Self.ours, as: ClaimToken(owner: "a", number: 2))))
  }

  @Test func `after a stall of minutes the other's claim is respected`() {
    var bench = Bench()
    _ = bench.next()
    bench.answered(.done)
    #expect(bench.next(at: 150) == .call(.giveBack(Self.ours)))
    bench.answered(.refused(claimed(Self.theirs, .sent)))
    #expect(bench.next() == .ended(.left))
  }

  @Test func `what could not be sent is free for all, and what may have been sent is sent again`() {
    for answer in [TickClaim.Answer.failed, .unknown] {
      var bench = Bench()
      _ = bench.next()
      bench.answered(.done)
      _ = bench.next()
      bench.answered(answer)
      #expect(bench.claim.takeEvents() == (answer == .unknown ? [.answerLost] : []))
      #expect(bench.next() == .call(.giveBack(Self.ours)))
    }
    var other = Bench()
    _ = other.next()
    other.answered(.refused(claimed(Self.theirs, .free)))
    #expect(other.next() == .call(.takeOver(from: Self.theirs, as: ClaimToken(owner: "a", number: 2))))
    other.answered(.done)
    #expect(other.claim.takeEvents().isEmpty)
  }

  @Test func `a mark is tried until it is there, or until another has taken the tick over`() {
    var bench = Bench()
    _ = bench.next()
    bench.answered(.done)
    _ = bench.next()
    bench.answered(.done)
    _ = bench.next()
    for (failure, wait) in [(TickClaim.Answer.failed, 0.25), (.unknown, 0.5), (.failed, 1), (.failed, 2), (.failed, 2)]
    {
      bench.answered(failure)
      #expect(bench.next() == .wait(until: instant(bench.now + wait)))
      #expect(bench.next(at: bench.now + wait) == .call(.mark(Self.ours)))
    }
    bench.answered(.refused(claimed(Self.theirs)))
    #expect(bench.next() == .ended(.sent) && bench.claim.takeEvents() == [.overtaken(by: "b")])
    // And not for ever.
    var lost = Bench()
    _ = lost.next()
    lost.answered(.done)
    _ = lost.next()
    lost.answered(.done)
    _ = lost.next()
    lost.answered(.failed, at: 381)
    #expect(lost.next() == .ended(.sent) && lost.claim.takeEvents() == [.unmarked])
  }

  @Test func `a clock that is set back holds the message until its time comes again`() {
    var bench = Bench()
    _ = bench.next()
    bench.answered(.done)
    bench.ahead = -0.001
    #expect(bench.next() == .call(.giveBack(Self.ours)))
    bench.answered(.done)
    bench.ahead = -30
    #expect(bench.next(at: 62) == .wait(until: instant(90)))
  }

  @Test func `at the end what is ours is sent or given back, and nothing begins`() {
    var open = Bench()
    open.claim.stop()
    #expect(open.next() == .ended(.missed(.stopping)))
    var watching = Bench()
    _ = watching.next()
    watching.answered(.refused(claimed(Self.theirs)))
    watching.claim.stop()
    #expect(watching.next() == .ended(.missed(.stopping)))
    var held = Bench()
    _ = held.next()
    held.claim.stop()
    held.answered(.done)
    #expect(held.next() == send(60))
    held.answered(.failed)
    #expect(held.next() == .call(.giveBack(Self.ours)))
    held.answered(.done)
    #expect(held.next() == .ended(.missed(.stopping)))
  }

  @Test func `what is too old or overtaken by a later tick is not begun`() {
    var old = Bench()
    #expect(old.next(at: 360) == .call(.claim(as: Self.ours)))
    old.answered(.failed)
    #expect(old.next(at: 360.001) == .ended(.missed(.tooOld)))
    var superseded = Bench()
    _ = superseded.next()
    superseded.answered(.failed)
    superseded.claim.supersede()
    #expect(superseded.next(at: 70) == .ended(.missed(.superseded)))
  }

  @Test func `without a table a tick is sent at once, and again after a failure`() {
    var bench = Bench(usesTable: false)
    #expect(bench.next() == send(60))
    bench.answered(.failed, at: 61)
    #expect(bench.next() == .wait(until: instant(62)) && bench.next(at: 62) == send(62))
    bench.answered(.done)
    #expect(bench.next() == .ended(.sent))
  }
}
