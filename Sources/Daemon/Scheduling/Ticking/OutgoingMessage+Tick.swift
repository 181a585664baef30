import AWS
import SQSD

extension OutgoingMessage {
  /// What aws-sqsd's leader sends when a task is due: this body where the task has none of its own, and three attributes.
  static let periodicBody = "elasticbeanstalk scheduled job"

  /// The message of a tick. On a FIFO queue it carries its claim: SQS drops a second one with the same id.
  init(_ tick: Tick, of task: ScheduledTask, isFIFO: Bool) {
    func attribute(_ name: String, _ value: String) -> MessageAttribute {
      MessageAttribute(name: name, dataType: "String", value: .string(value))
    }
    self.init(
      body: task.body ?? Self.periodicBody,
      attributes: [
        attribute(PeriodicTask.pathAttribute, task.path), attribute(PeriodicTask.nameAttribute, task.name),
        attribute(PeriodicTask.timeAttribute, tick.scheduledAt.beanstalkText),
      ] + task.attributes.map { attribute($0.name, $0.value) },
      groupID: isFIFO ? TickNames.groupID(task: task.name) : nil,
      deduplicationID: isFIFO ? TickNames.deduplicationID(tick) : nil)
  }
}

extension Timestamp {
  /// `2017-03-22 23:10:00 UTC`: not ISO 8601, in this one place.
  fileprivate var beanstalkText: String {
    description.replacing("T", with: " ").replacing("Z", with: " UTC")
  }
}
