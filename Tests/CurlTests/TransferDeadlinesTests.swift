import Testing

@testable import Curl

@Suite struct TransferDeadlinesTests {
  private let start = ContinuousClock.now

  @Test func `without limits nothing ever passes`() {
    var deadlines = TransferDeadlines(start: start, idleTimeout: nil, totalTimeout: nil)
    deadlines.noteActivity(at: start)
    #expect(deadlines.next(after: start) == nil)
    #expect(deadlines.passed(at: start + .seconds(1_000_000)) == nil)
  }

  @Test func `silence counts from the connection on and from each activity`() {
    var deadlines = TransferDeadlines(start: start, idleTimeout: .seconds(5), totalTimeout: nil)
    #expect(deadlines.passed(at: start + .seconds(100)) == nil)
    #expect(deadlines.next(after: start + .seconds(100)) == start + .seconds(105))
    deadlines.noteActivity(at: start + .seconds(3))
    #expect(deadlines.next(after: start + .seconds(4)) == start + .seconds(8))
    #expect(deadlines.passed(at: start + .milliseconds(7999)) == nil)
    #expect(deadlines.passed(at: start + .seconds(8)) == .idleTimeout)
    deadlines.noteActivity(at: start + .seconds(8))
    #expect(deadlines.passed(at: start + .seconds(8)) == nil)
  }

  @Test func `the total time passes whatever happens`() {
    var deadlines = TransferDeadlines(start: start, idleTimeout: .seconds(5), totalTimeout: .seconds(6))
    deadlines.noteActivity(at: start + .seconds(4))
    #expect(deadlines.next(after: start + .seconds(4)) == start + .seconds(6))
    #expect(deadlines.passed(at: start + .seconds(6)) == .totalTimeout)
  }

  @Test(arguments: [
    (Duration.zero, 0), (.nanoseconds(1), 1), (.milliseconds(1), 1), (.microseconds(1001), 2), (.seconds(-1), 0),
    (.milliseconds(-1), 0),
    (.seconds(3) + .milliseconds(5), 3005), (.seconds(1e12), Int(Int32.max)),
  ])
  func `a wait is rounded up and bounded`(duration: Duration, milliseconds: Int) {
    #expect(duration.wholeMilliseconds == milliseconds)
  }
}
