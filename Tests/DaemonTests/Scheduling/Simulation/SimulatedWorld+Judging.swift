import SQSD

@testable import Daemon

/// What the design promises of ticks, held against what happens.
///
/// 1. Nothing is sent before its time by its sender's clock, nor after the deadline of its claim.
/// 2. A second message for a tick only if a sender died or stalled past the takeover between claim and mark, or the answer to
///    its SendMessage was lost. No daemon sends again what it knows to be sent.
/// 3. Another's claim is taken over at 20 seconds of age at the earliest.
/// 4. A daemon that is up begins each tick within a second, and the latest one of the catch-up time once it is up again; what
///    it passes over it says.
/// 5. What a daemon has begun is sent, by it or by another, as long as it is up, table and queue answer, and not too much else
///    goes wrong with this tick; and what it leaves to another has been sent.
/// 6. After SIGTERM no claim is left behind.
extension SimulatedWorld {
  private mutating func violated(_ text: String) { verdict.violations.append("\(now): \(text)") }

  /// By the daemon's clock.
  private func age(_ tick: Tick, _ daemon: Int) -> Int {
    daemons[daemon].wall(now) - Self.wall(tick)
  }

  private static func wall(_ tick: Tick) -> Int { Int(tick.scheduledAt.secondsSince1970 * 1000 - epoch) }

  mutating func checkBeginning(_ tick: Tick, _ daemon: Int) {
    let age = age(tick, daemon)
    verdict.begun.append(
      Verdict.Begun(
        tick: tick, daemon: daemon, at: now, wall: daemons[daemon].wall(now),
        disturbances: verdict.disturbances[daemon, default: []].count))
    if age > 1_000, now - daemons[daemon].disturbedAt > age + 1_100 {
      violated("\(daemons[daemon].owner) begins \(tick) \(age) ms late")
    }
  }

  mutating func checkSend(_ tick: Tick, _ daemon: Int) {
    let age = age(tick, daemon)
    if age < 0 { violated("\(daemons[daemon].owner) sends \(tick) \(-age) ms early") }
    if daemons[daemon].answered.contains(tick) { violated("\(daemons[daemon].owner) sends \(tick) again") }
  }

  /// Nothing is left to do for a daemon now, so the latest tick that it may send is begun.
  mutating func checkIdle(_ daemon: Int) {
    guard !daemons[daemon].isStopping, now - daemons[daemon].disturbedAt > 1_100 else { return }
    for (tick, begun) in daemons[daemon].begun
    where now - begun > 500_000 && daemons[daemon].open.contains(tick) && !daemons[daemon].wasSet {
      violated("\(daemons[daemon].owner) comes to no end with \(tick)")
    }
    let second = Timestamp(millisecondsSince1970: Self.epoch + Int64(daemons[daemon].wall(now)))
    // Alone nothing is known of what was before the start, or of what a clock shows again.
    if scenario.guarding == .alone, daemons[daemon].wasSet { return }
    for (task, period) in zip(tasks, [60, 300] as [Int64]) {
      let oldest = Timestamp(secondsSince1970: second.secondsSince1970 - (scenario.guarding == .fifo ? 238 : 298))
      guard let latest = task.schedule.latest(second, oldest) else { continue }
      let startedAt = daemons[daemon].wall(daemons[daemon].startedAt)
      let tick = Tick(task: task.name, scheduledAt: latest)
      guard scenario.guarding != .alone || Self.wall(tick) >= startedAt else { continue }
      if daemons[daemon].begun[tick] == nil { violated("\(daemons[daemon].owner) has not begun \(tick)") }
      let before = Tick(task: task.name, scheduledAt: Timestamp(secondsSince1970: latest.secondsSince1970 - period))
      guard Self.wall(before) >= startedAt, !daemons[daemon].wasSet else { continue }
      let isMissed = daemons[daemon].missed[task.name, default: []].contains { $0.contains(before.scheduledAt) }
      if daemons[daemon].begun[before] == nil, !isMissed {
        violated("\(daemons[daemon].owner) passes over \(before) without a word")
      }
    }
  }

  mutating func checkLeft(_ tick: Tick, _ daemon: Int) {
    if !sendings.contains(where: { $0.tick == tick && $0.arrivedAt != nil }) {
      violated("\(daemons[daemon].owner) leaves \(tick), which nobody has sent")
    }
  }

  mutating func checkEnd(_ daemon: Int) {
    guard scenario.kind == .deployments else { return }
    for (tick, record) in table.records where record.state == .claimed && record.token.owner == daemons[daemon].owner {
      violated("\(record.token) leaves a claim of \(tick) behind")
    }
  }

  // MARK: Messages

  /// Returns its place among the sendings.
  mutating func left(_ tick: Tick, _ daemon: Int, isStalled: Bool) -> Int {
    let claimedAt = daemons[daemon].claimedAt[tick] ?? 0
    if now - claimedAt >= 5_000 { violated("\(tick) leaves \(now - claimedAt) ms after its claim began") }
    sendings.append(
      Sending(
        tick: tick, daemon: daemon, owner: daemons[daemon].owner, claimedAt: claimedAt, wasStalled: isStalled))
    return sendings.count - 1
  }

  mutating func answered(_ tick: Tick, _ flight: Flight) {
    daemons[flight.daemon].answered.insert(tick)
    if let sending = flight.sending { sendings[sending].isAnswered = true }
  }

  mutating func marked(_ tick: Tick, _ owner: String) {
    for index in sendings.indices.reversed() where sendings[index].tick == tick && sendings[index].owner == owner {
      sendings[index].markedAt = sendings[index].markedAt ?? now
      return
    }
  }

  /// What a daemon has sent and the table does not know yet.
  func unmarked(_ daemon: Int) -> [Int] {
    sendings.indices.filter { sendings[$0].owner == daemons[daemon].owner && sendings[$0].markedAt == nil }
  }

  // MARK: At the end

  mutating func judge() {
    let arrived = Dictionary(grouping: sendings.filter { $0.arrivedAt != nil }, by: \.tick)
    verdict.counts.ticks = arrived.count
    verdict.counts.messages = arrived.values.reduce(0) { $0 + $1.count }
    verdict.counts.duplicates = verdict.counts.messages - arrived.count
    for (tick, sendings) in arrived where sendings.count > 1 {
      let excuses = scenario.isStrict ? 0 : sendings.count(where: \.isExcuse)
      if sendings.count > 1 + excuses {
        violated("\(sendings.count) messages for \(tick), \(excuses) of them excused: \(sendings)")
      }
    }
    for takeover in table.takeovers where takeover.age < 20_000 {
      violated("\(takeover.tick) taken over at an age of \(takeover.age) ms")
    }
    for begun in verdict.begun where isOwed(begun) {
      verdict.counts.owed += 1
      if arrived[begun.tick] == nil {
        violated("\(begun.tick), begun by \(begun.daemon) at \(begun.at), was never sent")
      }
    }
  }

  /// Whether a daemon that has begun a tick must have seen it through, before its task was due again.
  private func isOwed(_ begun: Verdict.Begun) -> Bool {
    let isEveryMinute = begun.tick.task == tasks[0].name
    guard verdict.troubles[begun.tick, default: 0] <= (isEveryMinute ? 1 : 6) else { return false }
    let next = Self.wall(begun.tick) + (isEveryMinute ? 60_000 : 300_000)
    let time = next - begun.wall
    guard time >= 50_000, begun.at + time < Scenario.end else { return false }
    let period = begun.at...(begun.at + time)
    let disturbances = verdict.disturbances[begun.daemon, default: []].dropFirst(begun.disturbances)
    let isDisturbed = disturbances.contains { period.contains($0) }
    let outages = scenario.tableOutages + scenario.queueOutages
    return !isDisturbed && !outages.contains { $0.overlaps(period) }
  }
}
