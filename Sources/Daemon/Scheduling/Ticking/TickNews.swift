/// What an operator should hear.
enum TickNews: Sendable, Equatable {
  /// With the milliseconds from its time until it was in the queue.
  case sent(Tick, lag: Int64)
  case left(Tick)
  case missed(MissedTicks, TickLoss)
  /// At the start nobody had sent the latest tick, so most likely none of these.
  case missedBeforeStart(MissedTicks)
  case tookOver(Tick, from: String)
  case answerLost(Tick)
  case overtaken(Tick, by: String)
  case unmarked(Tick)
  case clockWentBack(seconds: Int64)
  case tableFails(reason: String)
  case tableWorks
  case queueFails(reason: String)
  case queueWorks
}
