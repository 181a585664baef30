import Curl
import Logging
import TestSupport
import Testing

@testable import Daemon

struct DeliveryReportTests {
  private func line(
    _ outcome: Outcome, _ rules: RetryRules = RetryRules(), held: Duration = .zero, isExtended: Bool = false
  ) throws -> CapturedLog.Line {
    var application = MessageRequestTests.application
    application.success = rules.success
    let log = CapturedLog()
    DeliveryReport(
      messageID: "m-1", receiveCount: 3, task: nil, outcome: outcome,
      disposition: Disposition(outcome, rules, .init(held: held, isExtended: isExtended)),
      duration: .milliseconds(1234), application: application, path: "/queue"
    ).log(to: log.logger)
    #expect(log.events.current.count == 1)
    return try #require(log.events.current.first)
  }

  @Test func `a success is one line with id, count, status, duration and decision`() throws {
    let line = try line(.answered(status: 204, location: nil))
    #expect(line.level == .info)
    #expect(line.message == "message delivered")
    #expect(
      line.metadata.mapValues(\.description) == [
        "message.id": "m-1", "receive.count": "3", "http.status": "204", "duration": "1.234", "decision": "delete",
      ])
  }

  @Test(
    arguments: [
      (404, nil, "POST http://localhost:80/queue is answered with 404: is this the right path?"),
      (405, nil, "is this the right path?"),
      (302, "/login", "redirected to /login: redirects are not followed"),
      (301, nil, "redirected to nowhere"),
      (500, nil, "answered with 500"),
      (204, nil, "--success 200 takes only 200"),
    ] as [(Int, String?, String)])
  func `a failure says what a person needs`(status: Int, location: String?, text: String) throws {
    let line = try line(.answered(status: status, location: location), RetryRules(success: .only200))
    #expect(line.level == .warning)
    #expect(line.message == "message failed")
    #expect(line.metadata["reason"]?.description.contains(text) == true)
    #expect(line.metadata["decision"] == "leave")
  }

  @Test func `a message that could not be sent is given back, which is no failure of its own`() throws {
    let error = CurlError(code: .connectionFailed, message: "connection refused at 127.0.0.1:80")
    let line = try line(.unreachable(error))
    #expect(line.level == .info)
    #expect(line.message == "message given back")
    #expect(line.metadata["reason"] == "POST http://localhost:80/queue: connection refused at 127.0.0.1:80")
    #expect(line.metadata["decision"] == "release after 0 s")
    #expect(line.metadata["http.status"] == nil)
  }

  @Test func `silence and broken connections are failures, named with the address`() throws {
    let error = CurlError(code: .idleTimeout, message: "silent for 299 s at localhost:80")
    for outcome in [Outcome.silent(error), .broken(error)] {
      let line = try line(outcome)
      #expect(line.level == .warning)
      #expect(line.message == "message failed")
      #expect(line.metadata["reason"] == "POST http://localhost:80/queue: silent for 299 s at localhost:80")
    }
  }

  @Test func `a delivery that was cut off says so, and when the message comes back`() throws {
    let line = try line(.cutOff)
    #expect(line.message == "message failed")
    #expect(
      line.metadata["reason"] == "POST http://localhost:80/queue was still running when the drain time was over")
    #expect(line.metadata["decision"] == "release after 60 s")
  }

  @Test func `a message that is none says why`() throws {
    let line = try line(.invalid("its path is none"))
    #expect(line.level == .warning)
    #expect(line.message == "message failed")
    #expect(line.metadata["reason"] == "its path is none")
  }

  @Test func `a message that was too old is a warning, for it is gone undelivered`() throws {
    let line = try line(.expired)
    #expect(line.level == .warning)
    #expect(line.message == "message deleted without being delivered")
    #expect(line.metadata["reason"] == "it is older than --retention-period")
    #expect(line.metadata["decision"] == "delete")
  }

  @Test func `the decision names the pause as SQS is told it`() throws {
    let rules = RetryRules(errorVisibilityTimeout: .seconds(7))
    #expect(try line(.answered(status: 500), rules).metadata["decision"] == "release after 7 s")
    #expect(
      try line(.answered(status: 503, retryAfter: .seconds(17)), rules).metadata["decision"] == "release after 17 s")
  }
}
