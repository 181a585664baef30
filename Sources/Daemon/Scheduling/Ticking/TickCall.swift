/// A call of the plan's.
enum TickCall: Sendable {
  /// Try everything that claims need of the table.
  case checkTable
  case tick(Int, Tick, task: Int, TickClaim.Call)
}
