import AWS
import Curl
import Foundation
import Logging
import TestSupport

@testable import Daemon

/// A delivery to a peer over a real client, behind a gate that is open.
struct DeliveryFixture {
  let client: CurlClient
  let gate: ApplicationGate
  let log = CapturedLog()
  var delivery: Delivery

  init(to address: String, inactivityTimeout: Duration = .seconds(30)) throws {
    client = try CurlClient()
    gate = ApplicationGate(application: address, capacity: 10, intakes: [], logger: log.logger)
    gate.probed(fault: nil)
    var application = MessageRequestTests.application
    application.address = try ApplicationAddress(parsing: address)
    application.inactivityTimeout = inactivityTimeout
    delivery = Delivery(client: client, application: application, queueName: "jobs", gate: gate, logger: log.logger)
    // The real second may go by on a loaded machine.
    delivery.staleConnectionShowsWithin = .seconds(60)
  }

  func deliver(_ message: Message = .sample("m")) async -> Outcome {
    await delivery.deliver(delivery.request(for: message), messageID: message.id)
  }

  /// A place for a Unix socket that is not there yet.
  static func socketPath() -> String {
    FileManager.default.temporaryDirectory.appending(path: "d-\(UInt32.random(in: 0 ... .max)).sock").path
  }
}

extension Outcome {
  /// What it is, in short: "200", "503 after 17 s", "unreachable".
  var summary: String {
    switch self {
    case .answered(let status, let retryAfter, let location):
      "\(status)" + (retryAfter.map { " after \($0.components.seconds) s" } ?? "")
        + (location.map { " to \($0)" } ?? "")
    case .unreachable: "unreachable"
    case .silent: "silent"
    case .broken: "broken"
    case .cutOff: "cut off"
    case .invalid: "invalid"
    case .expired: "expired"
    }
  }
}

extension ScriptedPeer {
  static func answer(_ status: Int, _ headers: String = "") -> String {
    "HTTP/1.1 \(status) X\r\n\(headers)Content-Length: 0\r\n\r\n"
  }
}
