import Settings
import Testing

@testable import Daemon

struct TickGuardTests {
  private static let standard = "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs"
  private static let fifo = "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs.fifo"

  private func parse(_ arguments: [String], queue: String = standard) throws -> ParsedSettings {
    guard
      case .run("run", let settings) = try SqsdSettings.table.parse(
        arguments: arguments + ["--queue-url", queue], environment: [:])
    else { throw SettingsError(["no run"]) }
    return settings
  }

  private func guarding(_ arguments: [String], queue: String = standard) throws -> TickGuard? {
    let settings = try parse(arguments, queue: queue)
    return TickGuard(settings, isFIFO: TickGuard.queue(settings)?.isFIFO ?? false)
  }

  @Test func `a table wins over a FIFO queue, that over being alone, and nothing is off`() throws {
    #expect(try guarding([]) == nil)
    #expect(try guarding(["--cron-alone"]) == .alone)
    #expect(try guarding(["--cron-alone"], queue: Self.fifo) == .fifo)
    #expect(try guarding(["--cron-queue", Self.fifo]) == .fifo)
    #expect(try guarding(["--cron-table", "ticks", "--cron-alone"], queue: Self.fifo) == .table("ticks"))
    #expect(try guarding(["--cron-queue", Self.standard], queue: Self.fifo) == nil)
  }

  @Test func `what is off says so, and how to turn it on`() throws {
    let reason = TickGuard.reasonForOff(try parse([]))
    #expect(
      ["--cron-table", "--cron-queue", "--cron-alone", "string key id"].allSatisfy { reason?.contains($0) == true })
    #expect(TickGuard.reasonForOff(try parse(["--cron-alone"])) == nil)
  }

  @Test func `the catch-up is shorter where a FIFO queue has to remember`() throws {
    func catchUp(_ arguments: [String], _ queue: String) throws -> Duration? {
      try guarding(arguments, queue: queue)?.catchUp(parse(arguments, queue: queue))
    }
    #expect(try catchUp(["--cron-table", "ticks"], Self.fifo) == .seconds(300))
    #expect(try catchUp(["--cron-alone"], Self.standard) == .seconds(300))
    #expect(try catchUp([], Self.fifo) == .seconds(240))
    #expect(try catchUp(["--cron-catch-up", "0"], Self.fifo) == .zero)
    #expect(TickGuard.fault(try parse(["--cron-catch-up", "240"], queue: Self.fifo)) == nil)
    #expect(TickGuard.fault(try parse(["--cron-catch-up", "241"], queue: Self.fifo))?.contains("240 s") == true)
    #expect(TickGuard.fault(try parse(["--cron-catch-up", "241", "--cron-table", "ticks"], queue: Self.fifo)) == nil)
    #expect(TickGuard.fault(try parse(["--cron-catch-up", "241", "--cron-alone"])) == nil)
  }

  @Test func `Beanstalk's own registry is known by its name`() {
    let name = "awseb-e-abcdefghij-stack-AWSEBWorkerCronLeaderRegistry-1ABC"
    #expect(TickGuard.table(name).note?.contains("time-to-live") == true)
    #expect(TickGuard.table("ticks").note == nil && TickGuard.fifo.note == nil && TickGuard.alone.note == nil)
  }

  @Test(arguments: ["ticks", "a.b-c_D9", "arn:aws:dynamodb:eu-west-1:123456789012:table/ticks"])
  func `a table is named by its name or its ARN`(name: String) throws {
    #expect(try guarding(["--cron-table", name]) == .table(name))
  }

  @Test(arguments: ["", "ab", "a b c", "tick/s", "tickś", String(repeating: "a", count: 256), "arn:aws:sqs:x"])
  func `other texts are no tables`(name: String) {
    #expect(throws: SettingsError.self) { try guarding(["--cron-table=\(name)"]) }
  }

  @Test func `a queue for ticks has no path of its own`() {
    #expect(throws: SettingsError.self) { try guarding(["--cron-queue", "\(Self.standard)=/x"]) }
  }
}
