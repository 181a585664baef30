/// The slots of one queue, shared by its receives and deliveries: ``IntakePlan`` with the waiting added.
actor Intake {
  private var plan: IntakePlan
  private let clock: ContinuousClock
  private let changes = Doorbell()

  init(capacity: Int, clock: ContinuousClock) {
    plan = IntakePlan(capacity: capacity)
    self.clock = clock
  }

  /// The size of the next receive, once one is due; nil when intake has ended. For one caller at a time.
  func nextReceive() async -> Int? {
    while !Task.isCancelled {
      switch plan.next(now: clock.now) {
      case .receive(let count): return count
      case .stop: return nil
      case .wait(let moment): await changes.wait(until: moment, clock: clock)
      }
    }
    return nil
  }

  /// `took` is how long the answer took.
  func received(_ count: Int, of asked: Int, took: Duration) {
    plan.received(count, of: asked)
    if count == 0 { plan.cameBackEmpty(after: took, now: clock.now) }
    changes.ring()
  }

  /// Returns the pause before the next receive, and how many have failed in a row.
  func receiveFailed(of asked: Int) -> (pause: Duration, failures: Int) {
    let pause = plan.receiveFailed(of: asked, now: clock.now, jitter: .random(in: 0...1))
    changes.ring()
    return (pause, plan.failures)
  }

  func finished() {
    plan.finished()
    changes.ring()
  }

  func stop() {
    plan.stop()
    changes.ring()
  }
}
