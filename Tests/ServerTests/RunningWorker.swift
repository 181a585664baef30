import HTTPCore
import ServiceLifecycle
import TestSupport
import Testing

@testable import Server

/// A worker that serves on a real socket.
struct RunningWorker {
  let fixture: WorkerFixture
  let group: ServiceGroup
  let address: ListenAddress

  /// What curl prints for a request to `path`.
  func curl(_ path: String, _ options: String = "") async -> [String] {
    var (target, unix) = ("http://\(address)\(path)", "")
    if case .unix(let socket) = address { (target, unix) = ("http://localhost\(path)", "--unix-socket \(socket)") }
    do {
      return try await JobProbe().sh("curl -sS --max-time 30 \(unix) \(options) \(target) | tr -d '\\r'").lines.map(
        \.text)
    } catch {
      return ["\(error)"]
    }
  }

  /// A client that has sent a request for a job, and waits.
  func client(headers: String = "", body: String = "y") async throws -> RawClient {
    guard case .tcp(_, let port) = address else { throw RunningWorkerError(what: "\(address) is not TCP") }
    let client = try RawClient(port: port)
    try await client.send(
      "POST /queue HTTP/1.1\r\nHost: x\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
    return client
  }
}

struct RunningWorkerError: Error {
  let what: String
}

extension RawClient {
  /// Receives until the text has come.
  func receive(until text: String) async throws {
    var received = ""
    while !received.contains(text) {
      let bytes = try await receiveSome()
      guard !bytes.isEmpty else { throw RunningWorkerError(what: "closed after: \(received)") }
      received += String(decoding: bytes, as: UTF8.self)
    }
  }
}

func withWorker(
  _ arguments: [String], change: (inout WorkerConfiguration) -> Void = { _ in },
  _ body: @escaping @Sendable (RunningWorker) async throws -> Void
) async throws -> Worker {
  let (addresses, bound) = AsyncStream.makeStream(of: ListenAddress.self)
  let fixture = try WorkerFixture(arguments, onBound: { bound.yield($0) }, change: change)
  // Without the watch for a second signal, which belongs to the process.
  let group = ServiceGroup(
    services: [fixture.worker.server, fixture.worker.drain], logger: fixture.log.logger)
  try await withThrowingTaskGroup { tasks in
    tasks.addTask { try await group.run() }
    var iterator = addresses.makeAsyncIterator()
    let address = try #require(await iterator.next())
    do {
      try await body(RunningWorker(fixture: fixture, group: group, address: address))
    } catch {
      await group.triggerGracefulShutdown()
      throw error
    }
    await group.triggerGracefulShutdown()
    try await tasks.waitForAll()
  }
  return fixture.worker
}
