import SQSD
import Testing

@testable import Server

struct JobEnvironmentTests {
  private func environment(_ inherited: [String], _ context: MessageContext = MessageContext()) -> [String] {
    JobEnvironment(inheriting: inherited.map { Array($0.utf8) }).strings(for: context).environment.strings
  }

  private func omissions(_ context: MessageContext) -> [String] {
    JobEnvironment(inheriting: []).strings(for: context).omissions
  }

  @Test func `the server's environment comes first, untouched`() {
    #expect(environment(["A=1", "EMPTY=", "WITH==SIGN"]) == ["A=1", "EMPTY=", "WITH==SIGN"])
  }

  @Test func `a message's whole context is there`() {
    let context = MessageContext(
      messageID: "m-1", queue: "jobs", receiveCount: 2, firstReceivedAt: Timestamp(secondsSince1970: 0),
      sentAt: Timestamp(secondsSince1970: 60), senderID: "AIDA", path: "/queue",
      task: PeriodicTask(name: "nightly report", scheduledAt: Timestamp(secondsSince1970: 3600)),
      attributes: [.init(name: "vendor-id", value: "x=1 2"), .init(name: "Größe", value: "")])
    #expect(
      environment(["A=1"], context) == [
        "A=1", "SQSD_MSGID=m-1", "SQSD_QUEUE=jobs", "SQSD_RECEIVE_COUNT=2",
        "SQSD_FIRST_RECEIVED_AT=1970-01-01T00:00:00Z", "SQSD_SENT_AT=1970-01-01T00:01:00Z", "SQSD_SENDER_ID=AIDA",
        "SQSD_PATH=/queue", "SQSD_TASKNAME=nightly report", "SQSD_SCHEDULED_AT=1970-01-01T01:00:00Z",
        "SQSD_ATTR_VENDOR_ID=x=1 2", "SQSD_ATTR_GR____E=",
      ])
  }

  @Test func `without headers nothing is set`() {
    #expect(environment([]).isEmpty)
  }

  @Test func `the context of another message that the server inherited is dropped, its settings are not`() {
    let inherited = [
      "SQSD_MSGID=old", "SQSD_QUEUE=old", "SQSD_QUEUE_URL=http://queue", "SQSD_RECEIVE_COUNT=9", "SQSD_TASKNAME=old",
      "SQSD_FIRST_RECEIVED_AT=x", "SQSD_SENT_AT=x", "SQSD_SENDER_ID=x", "SQSD_PATH=x", "SQSD_SCHEDULED_AT=x",
      "SQSD_ATTR_OLD=x", "SQSD_ATTR_=x", "SQSD_HTTP_PATH=/queue", "PATH=/bin",
    ]
    #expect(
      environment(inherited, MessageContext(messageID: "new")) == [
        "SQSD_QUEUE_URL=http://queue", "SQSD_HTTP_PATH=/queue", "PATH=/bin", "SQSD_MSGID=new",
      ])
  }

  @Test func `of two attributes with one name here the first wins, and that is said`() {
    let context = MessageContext(attributes: [.init(name: "a-b", value: "1"), .init(name: "A.B", value: "2")])
    #expect(environment([], context) == ["SQSD_ATTR_A_B=1"])
    #expect(omissions(context) == ["SQSD_ATTR_A_B: another attribute before it has the same name here"])
  }

  @Test func `values with NUL and values over 64 KiB are left out, and no value is told`() {
    let long = String(repeating: "s", count: 64 * 1024)
    let context = MessageContext(attributes: [
      .init(name: "nul", value: "se\0cret"), .init(name: "long", value: long + "s"), .init(name: "fits", value: long),
    ])
    #expect(environment([], context) == ["SQSD_ATTR_FITS=" + long])
    #expect(
      omissions(context) == [
        "SQSD_ATTR_NUL: its value contains a NUL character", "SQSD_ATTR_LONG: its value is longer than 64 KiB",
      ])
  }

  @Test func `a tick without a name sets its time alone`() {
    let task = PeriodicTask(name: "", scheduledAt: Timestamp(secondsSince1970: 0))
    #expect(environment([], MessageContext(task: task)) == ["SQSD_SCHEDULED_AT=1970-01-01T00:00:00Z"])
  }

  @Test func `programs are looked up in the inherited PATH`() {
    #expect(JobEnvironment(inheriting: [Array("PATH=/opt/bin".utf8)]).searchPath == "/opt/bin")
    #expect(JobEnvironment(inheriting: []).searchPath == ProgramSearch.standardPath)
  }

  @Test func `invalid UTF-8 is inherited byte for byte`() async throws {
    let environment = JobEnvironment(inheriting: [Array("RAW=".utf8) + [0xFF, 0xFE]])
    let result = try await JobProbe().run(
      Job(
        Command(words: "/bin/sh", "-c", "printf %s \"$RAW\""),
        environment: environment.strings(for: MessageContext()).environment))
    #expect(result.lines.map(\.bytes) == [[0xFF, 0xFE]])
  }
}
