import Curl
import Logging
import TestSupport
import Testing

@testable import Daemon

struct DeliveryReportTests {
  private func line(_ outcome: Outcome, success: Application.Success = .any2xx) throws -> CapturedLog.Line {
    var application = MessageRequestTests.application
    application.success = success
    let log = CapturedLog()
    DeliveryReport(
      messageID: "m-1", receiveCount: 3, task: nil, outcome: outcome,
      disposition: Disposition(outcome, success: success), duration: .milliseconds(1234), application: application,
      path: "/queue"
    ).log(to: log.logger)
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
    let line = try line(.answered(status: status, location: location), success: .only200)
    #expect(line.level == .warning)
    #expect(line.message == "message failed")
    #expect(line.metadata["reason"]?.description.contains(text) == true)
    #expect(line.metadata["decision"] == "leave")
  }

  @Test func `a refused connection is named with its address`() throws {
    let error = CurlError(code: .connectionFailed, message: "connection refused at 127.0.0.1:80")
    let line = try line(.failed(error))
    #expect(
      line.metadata["reason"] == "POST http://localhost:80/queue: connection refused at 127.0.0.1:80")
    #expect(line.metadata["http.status"] == nil)
  }
}
