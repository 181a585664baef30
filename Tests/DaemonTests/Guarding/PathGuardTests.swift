import TestSupport
import Testing

@testable import Daemon

struct PathGuardTests {
  private let start = ContinuousClock.now

  /// One that has just paused its queue.
  private func paused() -> PathGuard {
    var guarding = PathGuard()
    for _ in 0..<10 { _ = guarding.answered(404, succeeded: false, now: start) }
    return guarding
  }

  @Test func `ten answers in a row that say not here pause the queue for a minute`() {
    var guarding = PathGuard()
    for status in [301, 302, 303, 307, 308, 401, 403, 404, 405] {
      #expect(guarding.answered(status, succeeded: false, now: start) == false)
      #expect(!guarding.isPaused)
    }
    #expect(guarding.answered(404, succeeded: false, now: start) == true)
    #expect(guarding.isPaused)
    #expect(guarding.pausedUntil == start.advanced(by: .seconds(60)))
  }

  @Test func `of all statuses only those that name the place count`() {
    let counted = (100...999).filter { status in
      var guarding = PathGuard()
      for _ in 0..<10 { _ = guarding.answered(status, succeeded: false, now: start) }
      return guarding.isPaused
    }
    #expect(counted == [301, 302, 303, 307, 308, 401, 403, 404, 405])
  }

  @Test(arguments: [200, 204, 400, 410, 422, 429, 500, 503])
  func `any other answer in between begins the row anew`(status: Int) {
    var guarding = PathGuard()
    for _ in 0..<5 {
      for _ in 0..<9 { #expect(guarding.answered(404, succeeded: false, now: start) == false) }
      // 204 fails too where only 200 is a success.
      #expect(guarding.answered(status, succeeded: false, now: start) == false)
    }
    #expect(!guarding.isPaused)
  }

  @Test func `once a message has succeeded the path is right for ever`() {
    var guarding = PathGuard()
    #expect(guarding.answered(200, succeeded: true, now: start) == false)
    for _ in 0..<1000 { #expect(guarding.answered(404, succeeded: false, now: start) == false) }
    #expect(!guarding.isPaused)
    #expect(guarding.pausedUntil == nil)
  }

  @Test func `answers of messages that were on their way neither lengthen the pause nor are said again`() {
    var guarding = paused()
    for second in 0..<60 {
      #expect(guarding.answered(404, succeeded: false, now: start.advanced(by: .seconds(second))) == false)
    }
    #expect(guarding.pausedUntil == start.advanced(by: .seconds(60)))
  }

  @Test func `each trial in vain doubles the pause, up to ten minutes`() throws {
    var guarding = paused()
    var pauses: [Duration] = []
    for _ in 0..<6 {
      let trial = try #require(guarding.pausedUntil)
      #expect(guarding.answered(403, succeeded: false, now: trial) == false)
      pauses.append(trial.duration(to: try #require(guarding.pausedUntil)))
    }
    #expect(pauses == [120, 240, 480, 600, 600, 600].map { .seconds($0) })
  }

  @Test func `a trial that succeeds ends it for good, one that fails otherwise ends the pause`() {
    var guarding = paused()
    let trial = start.advanced(by: .seconds(60))
    #expect(guarding.answered(200, succeeded: true, now: trial) == false)
    #expect(!guarding.isPaused)
    for _ in 0..<20 { #expect(guarding.answered(404, succeeded: false, now: trial) == false) }
    guarding = paused()
    #expect(guarding.answered(500, succeeded: false, now: trial) == false)
    #expect(!guarding.isPaused)
    for _ in 0..<9 { #expect(guarding.answered(404, succeeded: false, now: trial) == false) }
    #expect(guarding.answered(404, succeeded: false, now: trial) == true)
  }

  @Test func `whatever comes, it is paused only if no message succeeded and ten in a row were refused`() {
    var random = SeededRandom(seed: 41)
    for _ in 0..<300 {
      var guarding = PathGuard()
      var row = 0
      var hasSucceeded = false
      var hasPaused = false
      for _ in 0..<60 {
        let status = [404, 404, 404, 404, 404, 404, 404, 404, 404, 403, 500, 200].randomElement(using: &random) ?? 404
        let isSuccess = status == 200 && Bool.random(using: &random)
        let isNew = guarding.answered(status, succeeded: isSuccess, now: start)
        if isSuccess { hasSucceeded = true }
        row = status == 404 || status == 403 ? row + 1 : 0
        let shouldPause = !hasSucceeded && row >= 10
        #expect(isNew == (shouldPause && !hasPaused))
        #expect(guarding.isPaused == shouldPause)
        hasPaused = shouldPause
      }
    }
  }
}
