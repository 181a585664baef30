import AWS
import SQSD
import Settings
import Testing

@testable import Daemon

struct RequestSignerTests {
  private let key = SigningKey(Array("sixteen bytes...".utf8))

  private func request(_ message: Message, signed: Bool = true) -> MessageRequest {
    var application = MessageRequestTests.application
    if signed {
      application.signer = RequestSigner(key: key)
      application.signer?.now = { 1_767_323_045 }
    }
    return MessageRequest(message, application: application, queueName: "jobs")
  }

  @Test(arguments: [true, false])
  func `a POST is signed as it is sent, a message's and a periodic task's`(isTask: Bool) throws {
    let attributes: [MessageAttribute] =
      isTask
      ? [
        .init(name: "beanstalk.sqsd.path", dataType: "String", value: .string("/schedule?x=1")),
        .init(name: "beanstalk.sqsd.task_name", dataType: "String", value: .string(" nightly ")),
        .init(name: "beanstalk.sqsd.scheduled_time", dataType: "String", value: .string("2026-01-01 00:05:00 UTC")),
      ] : [.init(name: "tenant", dataType: "String", value: .string("7"))]
    let message = Message(
      id: "m-1", receiptHandle: "h", body: Array("body".utf8), systemAttributes: [:], attributes: attributes)
    let made = request(message)
    let signature = try #require(made.headers.last)
    #expect(signature.name == "X-Beanpole-Signature")
    #expect(signature.value.hasPrefix("t=1767323045,v1="))
    #expect(
      SignatureRefusal(
        method: "POST", target: isTask ? "/schedule?x=1" : "/", headers: made.headers,
        body: Array((isTask ? "" : "body").utf8), key: key, now: 1_767_323_045) == nil)
    // Nothing else about the request is different.
    let plain = request(message, signed: false)
    #expect(plain.headers.map { "\($0)" } == made.headers.dropLast().map { "\($0)" })
  }

  @Test func `a secret that cannot be read ends the start with the file's name`() {
    let error = #expect(throws: SettingsError.self) { _ = try RequestSigner(at: "/no/such/secret") }
    #expect(
      error?.faults == [#"--signing-secret-file: "/no/such/secret" cannot be read: No such file or directory"#])
  }
}
