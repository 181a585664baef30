/// A periodic task's tick, as it travels in three message attributes of an SQS message and two headers of the request.
package struct PeriodicTask: Sendable, Equatable {
  package var name: String
  /// The nominal time of the tick; nil when the message did not say it in a way that can be read.
  package var scheduledAt: Timestamp?

  package init(name: String, scheduledAt: Timestamp?) {
    self.name = name
    self.scheduledAt = scheduledAt
  }

  /// Attributes with this beginning steer the daemon and are never echoed to the application.
  package static let controlPrefix = "beanstalk.sqsd."
  package static let pathAttribute = "beanstalk.sqsd.path"
  package static let nameAttribute = "beanstalk.sqsd.task_name"
  package static let timeAttribute = "beanstalk.sqsd.scheduled_time"

  /// The tick that a message's attributes describe, and the path it asks for; nil for an ordinary message.
  ///
  /// A message is periodic when it carries the path and one of the other two, whoever sent it: aws-sqsd 2.0 wanted
  /// the time, applications that trigger their own schedules often get one of them wrong.
  package static func find(in attributes: [MessageContext.Attribute]) -> (task: PeriodicTask, path: String)? {
    func value(_ name: String) -> String? { attributes.first { $0.name == name }?.value }
    guard let path = value(pathAttribute) else { return nil }
    let name = value(nameAttribute)
    let time = value(timeAttribute)
    guard name != nil || time != nil else { return nil }
    return (PeriodicTask(name: name ?? "", scheduledAt: time.flatMap(Timestamp.init(parsing:))), path)
  }
}
