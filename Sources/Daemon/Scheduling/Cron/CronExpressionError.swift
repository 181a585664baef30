/// Why a text is no schedule, and what to write instead: one sentence for the person who wrote it.
struct CronExpressionError: Error, Equatable, CustomStringConvertible {
  let reason: String

  init(_ reason: String) {
    self.reason = reason
  }

  var description: String { reason }
}
