import HTTPCore
import Logging
import ServiceLifecycle
import TestSupport

/// An application that sqsd POSTs to: answers as a test says, and keeps what it got.
struct Application: Sendable {
  struct Record: Sendable {
    var requests: [HTTPRequest] = []
    var running = 0
    var peak = 0
    var answered = 0
  }

  let events: TestSignal<Record>
  let url: String

  var requests: [HTTPRequest] { events.current.requests }

  func header(_ name: String, of index: Int = 0) -> String? {
    requests.indices.contains(index) ? requests[index].headers.first(name) : nil
  }
}

/// Runs an application for the length of a test, at a free port or at that one.
///
/// What sqsd asks beside its POSTs (once, at its start, whether this is a worker-server) gets 404 and is not kept.
func withApplication<Value: Sendable>(
  port: Int = 0,
  _ respond: @escaping @Sendable (HTTPRequest) async -> HTTPResponse = { _ in .text(200, "") },
  body: (Application) async throws -> Value
) async throws -> Value {
  let events = TestSignal(Application.Record())
  let (bound, binding) = AsyncStream.makeStream(of: ListenAddress.self)
  var limits = HTTPLimits()
  limits.connections = 2000
  limits.body = 2 << 20
  let server = HTTPServer(
    address: .tcp(host: "127.0.0.1", port: port), limits: limits, drainTimeout: .seconds(1),
    logger: Logger(label: "application") { _ in SwiftLogNoOpLogHandler() }, onBound: { binding.yield($0) },
    responder: { request, _ in
      guard request.method == "POST" else { return .text(404, "") }
      events.update {
        $0.requests.append(request)
        $0.running += 1
        $0.peak = max($0.peak, $0.running)
      }
      let response = await respond(request)
      events.update {
        $0.running -= 1
        $0.answered += 1
      }
      return response
    })
  return try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask { try await server.run() }
    defer { group.cancelAll() }
    guard let address = await bound.first(where: { _ in true }) else { throw CancellationError() }
    return try await body(Application(events: events, url: "http://\(address)"))
  }
}
