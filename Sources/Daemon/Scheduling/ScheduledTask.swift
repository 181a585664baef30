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

extension ScheduledTask {
  init(_ task: CronTask) {
    self.init(
      name: task.name, path: task.url.text, body: task.body,
      attributes: task.attributes.map { ($0.name, $0.value) },
      schedule: TickSchedule(
        next: { task.expression.next(after: $0) },
        latest: { task.expression.latest(atOrBefore: $0, notBefore: $1) }))
  }
}
