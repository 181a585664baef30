import TestSupport

@testable import Daemon

extension SimulatedWorld {
  private mutating func happens(_ probability: Double) -> Bool {
    probability > 0 && now < Scenario.troubleEnds && Double.random(in: 0..<1, using: &random) < probability
  }

  private func isOut(_ call: TickClaim.Call) -> Bool {
    if case .send = call { return scenario.queueOutages.contains { $0.contains(now) } }
    return scenario.tableOutages.contains { $0.contains(now) }
  }

  private mutating func latency() -> Int { Int.random(in: 1...60, using: &random) }

  mutating func begin(_ call: TickCall, _ daemon: Int) {
    guard case .tick(_, let tick, task: _, let what) = call else {
      events.add(.answer(flight: add(call, daemon, .fine), .done), at: now + latency())
      return
    }
    note(daemon, "\(tick) \(what)")
    if daemons[daemon].begun[tick] == nil {
      daemons[daemon].begun[tick] = now
      daemons[daemon].open.insert(tick)
      checkBeginning(tick, daemon)
    }
    switch what {
    case .claim, .takeOver: daemons[daemon].claimedAt[tick] = now
    case .send:
      if scenario.guarding != .table { daemons[daemon].claimedAt[tick] = now }
      checkSend(tick, daemon)
    default: break
    }
    let flight = add(call, daemon, fate(of: what))
    if case .fine = flights[flight].fate {} else { verdict.trouble([tick]) }
    if happens(scenario.crash) { return die(daemon) }
    events.add(.leave(flight: flight), at: now + Int.random(in: 0...3, using: &random))
  }

  private mutating func add(_ call: TickCall, _ daemon: Int, _ fate: Flight.Fate) -> Int {
    var limit = now + Self.tableTimeout
    if case .tick(_, _, task: _, .send(let until)) = call { limit = Self.milliseconds(until: until) }
    flights.append(
      Flight(
        daemon: daemon, incarnation: daemons[daemon].incarnation, call: call, startedAt: now, limit: limit, fate: fate))
    return flights.count - 1
  }

  private mutating func fate(of call: TickClaim.Call) -> Flight.Fate {
    if happens(scenario.refused) { return .refused }
    if case .send = call, happens(scenario.sendRefused) { return .refused }
    if happens(scenario.requestLost) { return .requestLost }
    if happens(scenario.answerLost) { return .answerLost }
    return happens(scenario.late) ? .late(by: Int.random(in: 100...40_000, using: &random)) : .fine
  }

  private func isAlive(_ flight: Flight) -> Bool {
    daemons[flight.daemon].plan != nil && daemons[flight.daemon].incarnation == flight.incarnation
  }

  /// A request goes out, unless its time is over.
  mutating func leave(_ index: Int) {
    let flight = flights[index]
    guard isAlive(flight), case .tick(_, let tick, task: _, let what) = flight.call else { return }
    if happens(scenario.crash) { return die(flight.daemon) }
    if happens(scenario.pause) { pause(flight.daemon, for: Int.random(in: 100...90_000, using: &random)) }
    if let until = daemons[flight.daemon].pausedUntil, until > now {
      events.add(.leave(flight: index), at: until)
      return
    }
    guard now < flight.limit || mutant == .noDeadline else {
      note(flight.daemon, "\(tick): too late for \(what)")
      events.add(.answer(flight: index, .failed), at: now)
      return
    }
    if case .refused = flight.fate {
      events.add(.answer(flight: index, .failed), at: now + latency())
      return
    }
    if isOut(what) {
      verdict.trouble([tick])
      let isRefused = Bool.random(using: &random)
      events.add(
        .answer(flight: index, isRefused ? .failed : .unknown), at: isRefused ? now + latency() : max(now, flight.limit)
      )
      return
    }
    var arrival = now + latency()
    if case .send = what {
      let isStalled = happens(scenario.stall)
      if isStalled {
        let time = Int.random(in: 100...90_000, using: &random)
        pause(flight.daemon, for: time)
        arrival += time
      }
      flights[index].sending = left(tick, flight.daemon, isStalled: isStalled)
    }
    if case .late(let delay) = flight.fate { arrival += delay }
    if case .requestLost = flight.fate {} else { events.add(.arrive(flight: index), at: arrival) }
    switch flight.fate {
    case .fine: break
    default: events.add(.answer(flight: index, .unknown), at: max(now, flight.limit))
    }
  }

  /// A request has its effect.
  mutating func arrive(_ index: Int) {
    let flight = flights[index]
    guard case .tick(_, let tick, task: _, let what) = flight.call else { return }
    var answer = TickClaim.Answer.done
    if isOut(what) {
      verdict.trouble([tick])
      answer = .unknown
    } else if case .send = what {
      note(flight.daemon, "\(tick) in the queue")
      if let sending = flight.sending, !isDropped(tick) { sendings[sending].arrivedAt = now }
    } else {
      answer = table.perform(what, tick, at: now)
      if case .mark(let token) = what, answer == .done { marked(tick, token.owner) }
    }
    guard case .fine = flight.fate else { return }
    let time = now + latency()
    // Nobody waits for it any more.
    if time > flight.limit || answer == .unknown {
      events.add(.answer(flight: index, .unknown), at: max(now, flight.limit))
    } else {
      events.add(.answer(flight: index, answer), at: time)
    }
  }

  /// A FIFO queue has had a message with the same deduplication id.
  private func isDropped(_ tick: Tick) -> Bool {
    scenario.guarding == .fifo
      && sendings.contains { $0.tick == tick && $0.arrivedAt.map { now - $0 < 300_000 } == true }
  }

  mutating func take(_ answer: TickClaim.Answer, _ index: Int) {
    let flight = flights[index]
    guard isAlive(flight) else { return }
    if let until = daemons[flight.daemon].pausedUntil, until > now {
      events.add(.answer(flight: index, answer), at: until)
      return
    }
    guard case .tick(_, let tick, task: _, let what) = flight.call else {
      return tell(answer, flight)
    }
    if happens(scenario.crash) { return die(flight.daemon) }
    note(flight.daemon, "\(tick) \(what): \(answer)")
    switch what {
    case .send: if answer == .done { answered(tick, flight) }
    case .mark where answer == .failed || answer == .unknown:
      for sending in unmarked(flight.daemon) where sendings[sending].tick == tick {
        sendings[sending].markWasHindered = true
      }
    case .mark: daemons[flight.daemon].open.remove(tick)
    default: break
    }
    tell(mutant?.change(answer, to: what, tick, &daemons[flight.daemon]) ?? answer, flight)
  }

  private mutating func tell(_ answer: TickClaim.Answer, _ flight: Flight) {
    let moment = moment(flight.daemon)
    let jitter = Double.random(in: 0...1, using: &random)
    daemons[flight.daemon].plan?.answered(flight.call, answer, reason: nil, now: moment, jitter: jitter)
    act(flight.daemon)
  }
}
