import AWS
import SQSD
import TestSupport
import Testing

@testable import Daemon

struct TickNamesTests {
  private let time = Timestamp(secondsSince1970: 1_767_323_040)

  private func tick(_ task: String) -> Tick { Tick(task: task, scheduledAt: time) }

  @Test func `names are readable, under a prefix that is ours, and by the scheduled time`() {
    #expect(
      TickNames.key(tick("clean-up"), queue: "jobs.fifo") == "beanpole/tick/jobs.fifo/clean-up/2026-01-02T03:04:00Z")
    #expect(TickNames.checkKey(queue: "jobs") == "beanpole/check/jobs")
    #expect(TickNames.deduplicationID(tick("clean-up")) == "clean-up/2026-01-02T03:04:00Z")
    #expect(TickNames.groupID(task: "do:it --now é") == "do%3Ait%20--now%20%C3%A9")
  }

  @Test func `no two names become one, and all keep to the limits`() {
    var random = SeededRandom(seed: 3)
    let pieces = ["a", "/", "%", "%2F", "~", " ", "é", "🦫", "\u{0}", "-", ".", "x/y", "2026-01-02T03:04:00Z"]
    var names: Set<String> = ["", "a", "A", String(repeating: "n", count: 3_000), String(repeating: "n", count: 3_001)]
    for _ in 0..<500 {
      let count = Int.random(in: 1...60, using: &random)
      names.insert((0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined())
    }
    var seen: [Set<String>] = [[], [], [], []]
    for name in names {
      let group = TickNames.groupID(task: name)
      let deduplication = TickNames.deduplicationID(tick(name))
      for id in [group, deduplication] {
        #expect(id.utf8.count <= 128 && id.utf8.allSatisfy { (0x21...0x7E).contains($0) })
      }
      let keys = [TickNames.key(tick(name), queue: "q"), TickNames.key(tick("t"), queue: name)]
      #expect(keys.allSatisfy { $0.utf8.count <= 2_048 && $0.hasPrefix("beanpole/tick/") })
      for (index, text) in ([group, deduplication] + keys).enumerated() { seen[index].insert(text) }
    }
    #expect(seen.allSatisfy { $0.count == names.count })
    // A name and a time do not run into each other, nor a queue and a task.
    #expect(TickNames.key(tick("b"), queue: "a/tick") != TickNames.key(tick("tick/b"), queue: "a"))
  }

  @Test func `a tick's message is the one that Beanstalk's leader sends`() {
    let task = ScheduledTask(
      name: "clean up", path: "/schedule?x=1", schedule: ScheduledTask.every(minutes: 1).schedule)
    let message = OutgoingMessage(tick("clean up"), of: task, isFIFO: false)
    #expect(message.body == "elasticbeanstalk scheduled job")
    #expect(message.groupID == nil && message.deduplicationID == nil && message.delay == nil)
    #expect(
      message.attributes == [
        MessageAttribute(name: "beanstalk.sqsd.path", dataType: "String", value: .string("/schedule?x=1")),
        MessageAttribute(name: "beanstalk.sqsd.task_name", dataType: "String", value: .string("clean up")),
        MessageAttribute(
          name: "beanstalk.sqsd.scheduled_time", dataType: "String", value: .string("2026-01-02 03:04:00 UTC")),
      ])
    // What it says is read back as the tick that it is.
    let attributes = message.attributes.map { attribute in
      guard case .string(let text) = attribute.value else { return MessageContext.Attribute(name: "", value: "") }
      return MessageContext.Attribute(name: attribute.name, value: text)
    }
    #expect(PeriodicTask.find(in: attributes)?.task == PeriodicTask(name: "clean up", scheduledAt: time))
  }

  @Test func `a task's own body and attributes go with it, and on a FIFO queue its claim`() {
    var task = ScheduledTask(name: "t", path: "/t", schedule: ScheduledTask.every(minutes: 1).schedule)
    task.body = #"{"full":true}"#
    task.attributes = [(name: "tenant", value: "7")]
    let message = OutgoingMessage(tick("t"), of: task, isFIFO: true)
    #expect(message.body == task.body && message.attributes.count == 4)
    #expect(message.attributes.last == MessageAttribute(name: "tenant", dataType: "String", value: .string("7")))
    #expect(message.groupID == "t" && message.deduplicationID == "t/2026-01-02T03:04:00Z")
  }
}
