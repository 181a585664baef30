/// A periodic task: when it is due, and what its message says.
struct ScheduledTask: Sendable {
  let name: String
  /// A path on the application.
  let path: String
  /// Nil for Beanstalk's own text.
  var body: String?
  /// Beside those that make the message a periodic one.
  var attributes: [(name: String, value: String)] = []
  let schedule: TickSchedule
}
