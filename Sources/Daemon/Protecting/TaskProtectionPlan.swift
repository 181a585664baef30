/// When the task is protected from scale-in: the decisions, without an agent, tasks or clocks.
///
/// Protection goes on with the first message and off after a while without one, never with each message: ECS limits
/// these calls. A task that is never idle would hold up every deployment of its service, so from time to time intake
/// pauses until the running jobs have ended, and protection is dropped for a moment.
///
/// Delivery comes first. Nothing here makes it wait but that pause, which a failing agent ends at once.
struct TaskProtectionPlan {
  /// What the service should do now.
  enum Action: Equatable {
    /// Put protection on, or renew it; then tell what came of it by `answered`.
    case protect
    /// Put it off, likewise.
    case drop
    case pauseIntake
    case resumeIntake
    /// Nothing before something changes, or before this moment.
    case wait(until: ContinuousClock.Instant?)
    /// After `stop`: nothing is left to do.
    case finished
  }

  enum Answer: Equatable {
    case done
    /// `isUncertain`: it may have had its effect all the same.
    case failed(isThrottling: Bool, isUncertain: Bool)
  }

  /// What an answer means to an operator; nothing, if it is like the one before.
  enum News: Equatable {
    case failing
    case works
  }

  private enum Phase: Equatable {
    /// Messages are received.
    case open
    /// Intake pauses, and protection goes once the running jobs have ended.
    case pausing(since: ContinuousClock.Instant)
    /// Protection is off, and a deployment may stop this task.
    case unprotected(pausedSince: ContinuousClock.Instant, until: ContinuousClock.Instant)
  }

  private struct Call {
    let isProtect: Bool
    let sent: ContinuousClock.Instant
  }

  let times: TaskProtectionTimes
  private var phase = Phase.open
  private var call: Call?
  private var isBusy = false
  private var idleSince: ContinuousClock.Instant?
  /// Until when protection is surely on; nil if it may not be.
  private var onUntil: ContinuousClock.Instant?
  /// Until when it may be on; nil if it is surely off.
  private var mayBeOnUntil: ContinuousClock.Instant?
  private var renewAt: ContinuousClock.Instant?
  private var onSince: ContinuousClock.Instant?
  private var earliestCall: ContinuousClock.Instant?
  private var mustResume = false
  private var isStopping = false
  private(set) var failures = 0

  init(times: TaskProtectionTimes) {
    self.times = times
  }

  mutating func next(now: ContinuousClock.Instant) -> Action {
    if call != nil { return .wait(until: nil) }
    forgetWhatHasExpired(now)
    if isStopping {
      guard mayBeOnUntil != nil else { return .finished }
      // The last call, at once: there is no time for pauses.
      return start(isProtect: false, now)
    }
    if mustResume {
      mustResume = false
      return .resumeIntake
    }
    switch phase {
    case .open where isDueForPause(now):
      phase = .pausing(since: now)
      return .pauseIntake
    case .pausing(let since) where onUntil == nil || now >= since.advanced(by: times.term):
      // Without protection there is nothing to pause for. And a job that takes longer than the term, which is the longest
      // that was expected, must not stop the others for hours.
      endPause(now)
      return next(now: now)
    default: break
    }
    guard let isProtect = wantedCall(now) else { return .wait(until: nextMoment(now)) }
    if let earliestCall, now < earliestCall { return .wait(until: nextMoment(now)) }
    return start(isProtect: isProtect, now)
  }

  /// Whether any message is in our hands. Telling the same twice does nothing.
  mutating func workChanged(isBusy: Bool, now: ContinuousClock.Instant) {
    guard isBusy != self.isBusy else { return }
    self.isBusy = isBusy
    idleSince = isBusy ? nil : now
  }

  /// What became of the call that `next` asked for. `jitter`, from 0 to 1, spreads the tasks of a service.
  mutating func answered(_ answer: Answer, now: ContinuousClock.Instant, jitter: Double) -> News? {
    guard let call else { return nil }
    self.call = nil
    switch answer {
    case .done:
      let news: News? = failures > 0 ? .works : nil
      failures = 0
      if call.isProtect { isOn(since: call.sent, now) } else { isOff(now) }
      return news
    case .failed(let isThrottling, let isUncertain):
      failures += 1
      earliestCall = now.advanced(by: times.pause(afterFailures: failures, isThrottling: isThrottling, jitter: jitter))
      if phase != .open { endPause(now) }
      if call.isProtect {
        if isUncertain { mayBeOnUntil = now.advanced(by: times.term) }
      } else {
        if isUncertain { onUntil = nil }
        // Not again and again at the end; protection ends by itself after its term.
        if isStopping { mayBeOnUntil = nil }
      }
      return failures == 1 ? .failing : nil
    }
  }

  /// The program is about to end: protection is dropped, and nothing else happens.
  mutating func stop() {
    isStopping = true
  }

  private func isDueForPause(_ now: ContinuousClock.Instant) -> Bool {
    // Not while a call would have to wait: intake would wait for it too.
    guard isBusy, onUntil != nil, let onSince, earliestCall.map({ now >= $0 }) != false else { return false }
    return now >= onSince.advanced(by: times.work)
  }

  /// True for protecting, false for dropping, nil for neither.
  private func wantedCall(_ now: ContinuousClock.Instant) -> Bool? {
    switch phase {
    case .open where isBusy, .pausing where isBusy:
      return onUntil == nil || renewAt.map { now >= $0 } == true ? true : nil
    case .open:
      guard mayBeOnUntil != nil, let idleSince else { return nil }
      return now >= idleSince.advanced(by: times.idle) ? false : nil
    case .pausing:
      return false
    case .unprotected(_, let until):
      // A message that an open receive brought still, or the moment is over: protection comes before the next receive.
      return isBusy || now >= until ? true : nil
    }
  }

  private mutating func start(isProtect: Bool, _ now: ContinuousClock.Instant) -> Action {
    call = Call(isProtect: isProtect, sent: now)
    earliestCall = now.advanced(by: times.spacing)
    return isProtect ? .protect : .drop
  }

  private mutating func isOn(since sent: ContinuousClock.Instant, _ now: ContinuousClock.Instant) {
    // ECS counts from some moment between the two.
    onUntil = sent.advanced(by: times.term)
    mayBeOnUntil = now.advanced(by: times.term)
    renewAt = sent.advanced(by: times.term / 2)
    onSince = onSince ?? now
    guard case .unprotected(let since, let until) = phase else { return }
    // That message alone is worked off, then the moment begins anew.
    if now >= until { endPause(now) } else { phase = .pausing(since: since) }
  }

  private mutating func isOff(_ now: ContinuousClock.Instant) {
    onUntil = nil
    mayBeOnUntil = nil
    renewAt = nil
    onSince = nil
    if case .pausing(let since) = phase {
      phase = .unprotected(pausedSince: since, until: now.advanced(by: times.unprotected))
    }
  }

  private mutating func endPause(_ now: ContinuousClock.Instant) {
    phase = .open
    mustResume = true
    onSince = onUntil == nil ? nil : now
    // The pause was no lack of messages.
    if !isBusy { idleSince = now }
  }

  private mutating func forgetWhatHasExpired(_ now: ContinuousClock.Instant) {
    if let until = onUntil, now >= until {
      onUntil = nil
      onSince = nil
    }
    if let until = mayBeOnUntil, now >= until { mayBeOnUntil = nil }
  }

  private func nextMoment(_ now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
    var moments = [earliestCall, onUntil, mayBeOnUntil, isBusy ? renewAt : nil]
    switch phase {
    case .open: moments += [onSince?.advanced(by: times.work), idleSince?.advanced(by: times.idle)]
    case .pausing(let since): moments.append(since.advanced(by: times.term))
    case .unprotected(_, let until): moments.append(until)
    }
    return moments.compactMap { $0 }.filter { $0 > now }.min()
  }
}
