/// A task of cron.yaml, checked.
struct CronTask: Sendable, Equatable {
  /// An attribute of type String for the message, beside the three that make it a tick.
  struct Attribute: Sendable, Equatable {
    let name: String
    let value: String
  }

  let name: String
  /// A path on the application.
  let url: RequestPath
  let expression: CronExpression
  /// As the file has it.
  let scheduleText: String
  /// Nil for Beanstalk's own text.
  let body: String?
  let attributes: [Attribute]
  let line: Int
  let scheduleLine: Int
}
