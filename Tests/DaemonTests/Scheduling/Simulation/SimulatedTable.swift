@testable import Daemon

/// The table as DynamoDB promises it: each write looks at the record and changes it in one step.
struct SimulatedTable {
  private(set) var records: [Tick: ClaimRecord] = [:]
  /// When the claim that a record shows was written.
  private(set) var claimedAt: [Tick: Int] = [:]
  /// Claims of others that were taken over, and how old they were.
  private(set) var takeovers: [(tick: Tick, age: Int)] = []
  private let mutant: Mutant?

  init(mutant: Mutant?) {
    self.mutant = mutant
  }

  mutating func perform(_ call: TickClaim.Call, _ tick: Tick, at time: Int) -> TickClaim.Answer {
    let record = records[tick]
    switch call {
    case .claim(let token):
      guard record == nil || mutant == .unconditionalClaim else { return .refused(record) }
      claim(tick, token, time)
    case .takeOver(let seen, let token):
      if mutant != .unconditionalTakeover {
        guard let record, record.token == seen, record.state != .sent else { return .refused(record) }
      }
      if let record, record.state == .claimed, record.token.owner != token.owner {
        takeovers.append((tick, time - (claimedAt[tick] ?? time)))
      }
      claim(tick, token, time)
    case .mark(let token):
      if mutant == .unmarked { return .done }
      guard let record, record.token == token else { return .refused(record) }
      records[tick]?.state = .sent
    case .giveBack(let token):
      if mutant == .keepsAtStop { return .done }
      guard let record, record.token == token, record.state != .sent else { return .refused(record) }
      records[tick]?.state = .free
    case .look: return .found(record)
    case .send: break
    }
    return .done
  }

  private mutating func claim(_ tick: Tick, _ token: ClaimToken, _ time: Int) {
    records[tick] = ClaimRecord(token: token, state: .claimed)
    claimedAt[tick] = time
  }
}
