import AWS
import Curl
import Logging
import SQSD

/// One message, one POST.
struct Delivery: Sendable {
  /// How much of an answer is read before it counts as failed: its content means nothing to us.
  static let answerLimit = 16 * 1024 * 1024

  let client: CurlClient
  let application: Application
  /// The queue's name, for X-Aws-Sqsd-Queue.
  let queueName: String
  let logger: Logger
  var clock = ContinuousClock()

  func deliver(_ message: Message, receivedAt: ContinuousClock.Instant) async -> DeliveryReport {
    let started = clock.now
    let request = MessageRequest(message, application: application, queueName: queueName)
    note(request, message.id)
    let outcome = await post(request)
    return DeliveryReport(
      messageID: message.id, receiveCount: message.receiveCount, task: request.task?.name, outcome: outcome,
      disposition: Disposition(outcome, success: application.success), duration: started.duration(to: clock.now),
      application: application, path: request.path?.text)
  }

  /// Names only: values are the sender's.
  private func note(_ request: MessageRequest, _ messageID: String) {
    if !request.skipped.isEmpty {
      logger.info(
        "attributes skipped, only those of type String and Number are sent",
        metadata: ["message.id": "\(messageID)", "attributes": "\(request.skipped.joined(separator: " "))"])
    }
    for omission in request.omissions {
      logger.warning(
        "attribute left out",
        metadata: [
          "message.id": "\(messageID)", "attribute": "\(omission.name)", "reason": "\(omission.reason.rawValue)",
        ])
    }
  }

  private func post(_ request: MessageRequest) async -> Outcome {
    guard let path = request.path else {
      return .invalid("its path, in the attribute \(PeriodicTask.pathAttribute), is no path on the application")
    }
    do {
      let answer = try await client.execute(
        CurlRequest(
          method: "POST", url: application.address.origin + path.text,
          unixSocketPath: application.address.unixSocketPath, headers: request.headers, body: request.body,
          connectTimeout: application.connectTimeout, idleTimeout: application.inactivityTimeout, keptBodyLimit: 0,
          bodyLimit: Self.answerLimit, version: application.version))
      return .answered(status: answer.status, location: answer.header("Location"))
    } catch let error as CurlError where error.code == .cancelled || error.code == .closed {
      return .cutOff
    } catch let error as CurlError {
      return .failed(error)
    } catch {
      return .invalid("\(error)")
    }
  }
}
