import SQSD

/// One tick in the hands of one daemon, from the moment that it is due until it is sent, left to another, or given up: the
/// decisions, without a table, a queue or clocks.
///
/// The claim has two steps. A record that says `claimed` gives whoever wrote it the right to send, until five seconds after
/// it began to write; then the record says `sent`, and that is the end. All writes are conditional on the record that was
/// seen, so of those who have seen the same only one goes on.
///
/// Nobody compares times with others. A claim is taken over when the one who waits has seen the same token for twenty seconds
/// of its own clock, which began after the claim's owner had begun to write it. A call of its own that failed begins these
/// anew: while the table was out of reach, the owner could not mark what it had sent either.
struct TickClaim {
  typealias Instant = ContinuousClock.Instant

  private enum State {
    /// To be claimed, in the place of a token if the table has one, not before a moment.
    case open(from: ClaimToken?, notBefore: Instant?)
    /// What the table says is not known.
    case unclear(notBefore: Instant?)
    case watching(nextLook: Instant)
    /// Ours until the deadline.
    case held
    case sent(notBefore: Instant?)
    case returning
    case ended(End)
  }

  private struct Watch {
    let token: ClaimToken
    let since: Instant
  }

  let scheduledAt: Timestamp
  private let owner: String
  private let usesTable: Bool
  private let times: TickTimes
  private var state = State.open(from: nil, notBefore: nil)
  private var call: (what: Call, started: Instant)?
  /// Another's claim, as long as it is the same and the table answers.
  private var watch: Watch?
  private var number = 0
  private var deadline: Instant?
  private var heldSince: Instant?
  /// Whose claim our next one takes the place of, when it was not given back.
  private var takingOverFrom: String?
  private var isSuperseded = false
  private var isStopping = false
  private var failures = 0
  private(set) var events: [Event] = []

  /// Without a table the tick is ours at once: nobody else sends it, or the queue tells copies apart.
  init(scheduledAt: Timestamp, owner: String, usesTable: Bool, times: TickTimes) {
    self.scheduledAt = scheduledAt
    self.owner = owner
    self.usesTable = usesTable
    self.times = times
  }

  /// A later tick of the same task is due: this one is not begun any more.
  mutating func supersede() { isSuperseded = true }

  /// The program is about to end: what is ours is sent or given back, and nothing else begins.
  mutating func stop() { isStopping = true }

  mutating func takeEvents() -> [Event] {
    defer { events = [] }
    return events
  }

  /// Whether what comes next may wait for others: it has no right to send yet that runs out.
  var mayWait: Bool {
    switch state {
    case .open, .unclear, .watching: call == nil
    default: false
    }
  }

  mutating func next(now: Moment) -> Step {
    if call != nil { return .wait(until: nil) }
    switch state {
    case .open(let token, let notBefore):
      if let loss = loss(now) { return end(.missed(loss)) }
      // The clock was set back since.
      if now.age(of: scheduledAt) < .zero { return .wait(until: now.instant(at: scheduledAt)) }
      if let notBefore, now.instant < notBefore { return .wait(until: notBefore) }
      return begin(from: token, now)
    case .unclear(let notBefore):
      if isTooOld(now) { return end(.missed(.tooOld)) }
      if let notBefore, now.instant < notBefore { return .wait(until: notBefore) }
      return start(.look, now)
    case .watching(let nextLook):
      if isStopping { return end(.missed(.stopping)) }
      if isTooOld(now) { return end(.missed(.tooOld)) }
      return now.instant < nextLook ? .wait(until: nextLook) : start(.look, now)
    case .held:
      // Asked last of all before the send.
      guard let deadline, now.instant < deadline, now.age(of: scheduledAt) >= .zero else {
        state = .returning
        return next(now: now)
      }
      return start(.send(until: deadline), now)
    case .sent(let notBefore):
      if let notBefore, now.instant < notBefore { return .wait(until: notBefore) }
      return start(.mark(token), now)
    case .returning:
      guard usesTable else {
        reopen(after: nil)
        return next(now: now)
      }
      return start(.giveBack(token), now)
    case .ended(let end): return .ended(end)
    }
  }

  /// What became of the call that `next` asked for. `jitter`, from 0 to 1, spreads daemons that fail together.
  mutating func answered(_ answer: Answer, now: Moment, jitter: Double) {
    guard let call else { return }
    self.call = nil
    let hasFailed = answer == .failed || answer == .unknown
    failures = hasFailed ? failures + 1 : 0
    let pause = now.instant.advanced(
      by: TickTimes.pause(failures, from: times.firstPause, upTo: times.longestPause, jitter: jitter))
    switch call.what {
    case .send: sendAnswered(answer, pause)
    case .mark: markAnswered(answer, now, jitter)
    case .claim, .takeOver, .look, .giveBack:
      if hasFailed { watch = nil }
      switch (call.what, answer) {
      case (.claim, .done), (.takeOver, .done): won()
      case (_, .refused(let record?)), (.look, .found(let record?)): see(record, lookedAt: call.started, now)
      case (.look, .found(nil)): state = .open(from: nil, notBefore: nil)
      // Whatever became of it: if the record is still ours, it is ours to claim anew.
      case (.giveBack, .done), (.giveBack, .failed), (.giveBack, .unknown): reopen(after: pause)
      case (.claim, .failed): state = .open(from: nil, notBefore: pause)
      // The answer may be had by looking; at once, as the time to send runs.
      case (.claim, .unknown), (.takeOver, .unknown): state = .unclear(notBefore: failures > 1 ? pause : nil)
      default: state = .unclear(notBefore: hasFailed ? pause : nil)
      }
    }
  }
}

extension TickClaim {
  private var token: ClaimToken { ClaimToken(owner: owner, number: number) }

  private func isTooOld(_ now: Moment) -> Bool { now.age(of: scheduledAt) > times.oldest }

  /// Why the tick is not to be begun.
  private func loss(_ now: Moment) -> TickLoss? {
    if isStopping { return .stopping }
    if isSuperseded { return .superseded }
    return isTooOld(now) ? .tooOld : nil
  }

  private mutating func end(_ end: End) -> Step {
    state = .ended(end)
    return .ended(end)
  }

  private mutating func start(_ what: Call, _ now: Moment) -> Step {
    call = (what, now.instant)
    return .call(what)
  }

  private mutating func begin(from seen: ClaimToken?, _ now: Moment) -> Step {
    number += 1
    // Before the write, so before anybody can have seen it.
    deadline = now.instant.advanced(by: times.sending)
    heldSince = now.instant
    guard usesTable else {
      state = .held
      return next(now: now)
    }
    return start(seen.map { .takeOver(from: $0, as: token) } ?? .claim(as: token), now)
  }

  private mutating func won() {
    state = .held
    if let takingOverFrom { events.append(.tookOver(from: takingOverFrom)) }
    takingOverFrom = nil
    watch = nil
  }

  /// Back to the beginning, in the place of our own token.
  private mutating func reopen(after pause: Instant?) {
    state = .open(from: usesTable ? token : nil, notBefore: pause)
  }

  private mutating func see(_ record: ClaimRecord, lookedAt: Instant, _ now: Moment) {
    if record.token != token { takingOverFrom = nil }
    switch record.state {
    case .sent: state = .ended(record.token.owner == owner ? .sent : .left)
    case .claimed where record.token == token: won()
    case .claimed where record.token.owner != owner: watch(record.token, lookedAt: lookedAt, now)
    // Given back; or ours from an attempt whose answer came too late, and nobody works at it.
    case .claimed, .free: state = .open(from: record.token, notBefore: nil)
    }
  }

  private mutating func watch(_ token: ClaimToken, lookedAt: Instant, _ now: Moment) {
    guard let watch, watch.token == token else {
      self.watch = Watch(token: token, since: now.instant)
      state = .watching(nextLook: now.instant.advanced(by: times.look))
      return
    }
    let due = watch.since.advanced(by: times.takeover)
    if lookedAt < due {
      state = .watching(nextLook: due)
    } else {
      takingOverFrom = token.owner
      state = .open(from: token, notBefore: nil)
    }
  }

  private mutating func sendAnswered(_ answer: Answer, _ pause: Instant) {
    switch answer {
    case .done: state = usesTable ? .sent(notBefore: nil) : .ended(.sent)
    case .unknown:
      events.append(.answerLost)
      fallthrough
    default:
      if usesTable { state = .returning } else { reopen(after: pause) }
    }
  }

  private mutating func markAnswered(_ answer: Answer, _ now: Moment, _ jitter: Double) {
    switch answer {
    case .failed, .unknown:
      // After this nobody takes it over any more.
      if let heldSince, heldSince.duration(to: now.instant) > times.oldest + times.takeover {
        events.append(.unmarked)
        state = .ended(.sent)
      } else {
        let pause = TickTimes.pause(
          failures, from: times.firstMarkPause, upTo: times.longestMarkPause, jitter: jitter)
        state = .sent(notBefore: now.instant.advanced(by: pause))
      }
    case .refused(let record?) where record.token.owner != owner:
      events.append(.overtaken(by: record.token.owner))
      state = .ended(.sent)
    default: state = .ended(.sent)
    }
  }
}
