import AWS
import Testing

@testable import Daemon

struct MessageRequestTests {
  static let application = Application(
    address: .beanstalk, path: .root, mimeType: "application/json", userAgent: "aws-sqsd/3.0",
    connectTimeout: .seconds(5),
    inactivityTimeout: .seconds(9), success: .any2xx)

  private func request(_ attributes: [MessageAttribute], system: [String: String] = [:]) -> MessageRequest {
    MessageRequest(
      Message(
        id: "m-1", receiptHandle: "h", body: Array("body".utf8), systemAttributes: system, attributes: attributes),
      application: Self.application, queueName: "jobs")
  }

  private func header(_ request: MessageRequest, _ name: String) -> String? {
    request.headers.first { $0.name == name }?.value
  }

  @Test func `an ordinary message goes to the application's path with its body and every header`() {
    let made = request(
      [.init(name: "tenant", dataType: "String", value: .string("7"))],
      system: [
        "ApproximateReceiveCount": "2", "SentTimestamp": "1692107870000",
        "ApproximateFirstReceiveTimestamp": "1692107873999", "SenderId": "AIDAEXAMPLE", "MessageGroupId": "g",
        "AWSTraceHeader": "Root=1-5759e988-bd862e3fe1be46a994272793",
      ])
    #expect(made.path == .root)
    #expect(made.body == Array("body".utf8))
    let expected = [
      ("Content-Type", "application/json"), ("User-Agent", "aws-sqsd/3.0"), ("X-Aws-Sqsd-Msgid", "m-1"),
      ("X-Aws-Sqsd-Queue", "jobs"), ("X-Aws-Sqsd-Receive-Count", "2"),
      ("X-Aws-Sqsd-First-Received-At", "2023-08-15T13:57:53Z"), ("X-Aws-Sqsd-Sent-At", "2023-08-15T13:57:50Z"),
      ("X-Aws-Sqsd-Sender-Id", "AIDAEXAMPLE"), ("X-Aws-Sqsd-Path", "/"),
      ("X-Amzn-Trace-Id", "Root=1-5759e988-bd862e3fe1be46a994272793"), ("X-Aws-Sqsd-Message-Group-Id", "g"),
      ("X-Aws-Sqsd-Attr-tenant", "7"),
    ]
    #expect(made.headers.map { "\($0.name): \($0.value)" } == expected.map { "\($0.0): \($0.1)" })
  }

  @Test func `types that begin with String or Number reach the application, Binary and strangers do not`() {
    let made = request([
      .init(name: "a", dataType: "String.json", value: .string("{}")),
      .init(name: "b", dataType: "Number.int", value: .string("1")),
      .init(name: "c", dataType: "Binary", value: .binary([0, 13, 10])),
      .init(name: "d", dataType: "Binary.gif", value: .binary([1])),
      .init(name: "e", dataType: "Strange", value: .string("x")),
    ])
    #expect(made.skipped == ["c", "d", "e"])
    #expect(made.headers.map(\.name).filter { $0.contains("Attr") } == ["X-Aws-Sqsd-Attr-a", "X-Aws-Sqsd-Attr-b"])
  }

  @Test func `a periodic task goes to its own path with an empty body and its name and time`() {
    let made = request([
      .init(name: "beanstalk.sqsd.path", dataType: "String", value: .string("/schedule")),
      .init(name: "beanstalk.sqsd.task_name", dataType: "String", value: .string("nightly")),
      .init(name: "beanstalk.sqsd.scheduled_time", dataType: "String", value: .string("2026-01-01 00:05:00 UTC")),
    ])
    #expect(made.path?.text == "/schedule")
    #expect(made.body.isEmpty)
    #expect(header(made, "X-Aws-Sqsd-Taskname") == "nightly")
    #expect(header(made, "X-Aws-Sqsd-Scheduled-At") == "2026-01-01T00:05:00Z")
    #expect(header(made, "X-Aws-Sqsd-Path") == "/schedule")
    #expect(header(made, "Content-Type") == "application/json")
  }

  @Test(arguments: ["http://evil/", "//evil/", "/a\r\nX: y", ""])
  func `a periodic task with a path that is none has no path to go to`(path: String) {
    let made = request([
      .init(name: "beanstalk.sqsd.path", dataType: "String", value: .string(path)),
      .init(name: "beanstalk.sqsd.task_name", dataType: "String", value: .string("n")),
    ])
    #expect(made.path == nil)
  }
}
