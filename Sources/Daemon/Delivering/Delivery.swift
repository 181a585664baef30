import AWS
import Curl
import FoundationEssentials
import Logging
import SQSD

/// One message, one POST.
///
/// The exceptions are those in which the application cannot have seen the first: it could not be reached, and then the
/// message waits for it; or a kept connection turned out to be closed, and then the POST is repeated once on a new one.
struct Delivery: Sendable {
  /// How much of an answer is read before it counts as failed: its content means nothing to us.
  static let answerLimit = 16 * 1024 * 1024
  /// How long a message waits in our hands for an application that cannot be reached.
  static let patience: Duration = .seconds(60)
  /// An application that closed a kept connection just as we wrote shows it at once. One that closes it later has most
  /// likely read the request and broken down over it.
  static let staleConnectionShowsWithin: Duration = .seconds(1)

  let client: CurlClient
  let application: Application
  /// The queue's name, for X-Aws-Sqsd-Queue.
  let queueName: String
  let gate: ApplicationGate
  let logger: Logger
  var patience = Self.patience
  var staleConnectionShowsWithin = Self.staleConnectionShowsWithin
  var clock = ContinuousClock()

  func request(for message: Message) -> MessageRequest {
    let request = MessageRequest(message, application: application, queueName: queueName)
    note(request, message.id)
    return request
  }

  /// Returns how it ended; the gate knows it then.
  /// A message does not wait for the application beyond what `hiddenUntil` returns.
  func deliver(
    _ request: MessageRequest, messageID: String, hiddenUntil: (@Sendable () -> ContinuousClock.Instant)? = nil
  ) async -> Outcome {
    guard let path = request.path else {
      return .invalid("its path, in the attribute \(PeriodicTask.pathAttribute), is no path on the application")
    }
    let post = curlRequest(request, path)
    var giveUpAt: ContinuousClock.Instant?
    while true {
      let sentAt = clock.now
      let outcome = await send(post, at: sentAt)
      gate.posted(messageID, outcome, succeeded: outcome.isSuccess(application.success), sentAt: sentAt)
      guard case .unreachable = outcome else { return outcome }
      let deadline = giveUpAt ?? clock.now.advanced(by: patience)
      giveUpAt = deadline
      let limit = hiddenUntil.map { min(deadline, $0()) } ?? deadline
      guard await gate.untilReachable(until: limit), hiddenUntil.map({ clock.now < $0() }) ?? true else {
        return outcome
      }
    }
  }

  private func curlRequest(_ request: MessageRequest, _ path: RequestPath) -> CurlRequest {
    CurlRequest(
      method: "POST", url: application.address.origin + path.text,
      unixSocketPath: application.address.unixSocketPath, headers: request.headers, body: request.body,
      connectTimeout: application.connectTimeout, idleTimeout: application.inactivityTimeout, keptBodyLimit: 0,
      bodyLimit: Self.answerLimit, version: application.version)
  }

  private func send(_ request: CurlRequest, at started: ContinuousClock.Instant) async -> Outcome {
    do {
      do {
        return outcome(of: try await client.execute(request))
      } catch let error as CurlError where error.isStaleConnection {
        guard started.duration(to: clock.now) < staleConnectionShowsWithin else { return .broken(error) }
        var again = request
        again.freshConnection = true
        return outcome(of: try await client.execute(again))
      }
    } catch let error as CurlError {
      return Outcome(error)
    } catch {
      return .invalid("\(error)")
    }
  }

  private func outcome(of answer: CurlResponse) -> Outcome {
    // Successes are most of all answers, and their headers mean nothing.
    if application.success.includes(answer.status) { return .answered(status: answer.status) }
    return .answered(
      status: answer.status, retryAfter: answer.header("Retry-After").flatMap { RetryAfter.parse($0, now: Date()) },
      location: (300...399).contains(answer.status) ? answer.header("Location") : nil)
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
}

extension CurlError {
  /// The connection had answered before, and ended without a byte of an answer to this request.
  fileprivate var isStaleConnection: Bool {
    guard connectionWasReused, !answerBegan else { return false }
    return switch code {
    case .closedBeforeAnswer, .connectionReset, .sendFailed: true
    default: false
    }
  }
}

extension Outcome {
  func isSuccess(_ success: Application.Success) -> Bool {
    if case .answered(let status, _, _) = self { return success.includes(status) }
    return false
  }
}
