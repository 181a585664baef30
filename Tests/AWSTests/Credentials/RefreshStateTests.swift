import Foundation
import Testing

@testable import AWS

@Suite struct RefreshStateTests {
  private let start = Date(timeIntervalSince1970: 1_767_323_045)

  private func set(_ name: String, lives seconds: Double?, from: String = "s") -> FoundCredentials {
    FoundCredentials(
      Credentials(
        accessKeyID: name, secretAccessKey: Secret("x"),
        expiration: seconds.map { start.addingTimeInterval($0) }), from: from)
  }

  private func state(_ found: FoundCredentials) -> RefreshState {
    var state = RefreshState()
    _ = state.begin()
    _ = state.succeed(found, at: start) { $0.lowerBound }
    return state
  }

  private func after(_ seconds: Double) -> Date { start.addingTimeInterval(seconds) }

  @Test func `a set is used until a minute before its end`() {
    let found = set("a", lives: 3_600)
    var state = state(found)
    #expect(state.step(at: after(0)) == .use(found.credentials))
    #expect(state.step(at: after(3_539)) == .use(found.credentials))
    #expect(state.step(at: after(3_540)) == .refresh)
    #expect(state.step(at: after(3_540)) == .wait)
  }

  @Test func `a set without an end is used for ever, and the background has nothing to do`() {
    let found = set("a", lives: nil)
    var state = state(found)
    #expect(state.step(at: .distantFuture) == .use(found.credentials))
    #expect(state.pause(at: start) == nil)
  }

  @Test(arguments: [(3_600.0, 2_700.0), (1_800, 900), (900, 450), (200, 100), (100, 40)])
  func `the background begins a quarter of an hour before the end, or in the middle of a short life`(
    life: Double, due: Double
  ) {
    let state = state(set("a", lives: life))
    #expect(state.pause(at: start) == due)
    #expect(state.pause(at: after(due)) == 0)
  }

  @Test func `after failures the pauses grow to a minute and callers are not held up by them`() {
    let found = set("a", lives: 3_600)
    var state = state(found)
    let error = AWSError(code: .credentialsUnavailable, message: "x")
    var pauses: [Double] = []
    for failure in 0..<8 {
      let isFree = state.begin()
      #expect(isFree)
      let event = state.fail(error, at: after(2_700)) { $0.upperBound }
      if case .refreshFailed(_, let until)? = event {
        #expect(failure == 0 && until == after(3_540))
      } else {
        #expect(failure > 0 && event == nil)
      }
      pauses.append(state.pause(at: after(2_700)) ?? -1)
      #expect(state.step(at: after(2_700)) == .use(found.credentials))
    }
    #expect(pauses == [2, 4, 8, 16, 32, 60, 60, 60])
    #expect(state.step(at: after(3_541)) == .refresh)
  }

  @Test func `a recovery is told once, and a new source as well`() {
    var state = RefreshState()
    let error = AWSError(code: .credentialsUnavailable, message: "x")
    #expect(state.pause(at: start).map { $0 <= 0 } == true)
    guard case .refreshFailed(_, nil)? = state.fail(error, at: start, jitter: { $0.upperBound }) else {
      return #expect(Bool(false))
    }
    guard case .recovered("s", _)? = state.succeed(set("a", lives: 3_600), at: start, jitter: { $0.lowerBound }) else {
      return #expect(Bool(false))
    }
    #expect(state.succeed(set("b", lives: 7_200), at: start) { $0.lowerBound } == nil)
    guard case .found("t", _)? = state.succeed(set("c", lives: nil, from: "t"), at: start, jitter: { $0.lowerBound })
    else { return #expect(Bool(false)) }
  }

  @Test func `a refused set is replaced at once, but one that comes again only after a minute`() {
    let found = set("a", lives: nil)
    var state = state(found)
    state.refused(set("other", lives: nil).credentials, at: start)
    #expect(state.step(at: start) == .use(found.credentials))
    state.refused(found.credentials, at: start)
    #expect(state.pause(at: start).map { $0 <= 0 } == true)
    #expect(state.step(at: start) == .refresh)
    _ = state.succeed(found, at: start) { $0.lowerBound }
    state.refused(found.credentials, at: after(59))
    #expect(state.step(at: after(59)) == .use(found.credentials))
    state.refused(found.credentials, at: after(60))
    #expect(state.step(at: after(60)) == .refresh)
    let fresh = set("b", lives: nil)
    _ = state.succeed(fresh, at: after(60)) { $0.lowerBound }
    state.refused(fresh.credentials, at: after(61))
    #expect(state.step(at: after(61)) == .refresh)
  }

  @Test func `a source that gives a set at its end is not asked without pause`() {
    var state = state(set("a", lives: 30))
    #expect(state.pause(at: start) == 1)
    // The callers, who have nothing better, ask each time.
    #expect(state.step(at: start) == .refresh)
  }
}
