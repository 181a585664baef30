import HTTPCore
import Logging
import Settings

@testable import Server

/// A worker from a command line, without sockets.
struct WorkerFixture {
  let log: LogCapture
  let worker: Worker

  init(
    _ arguments: [String], environment: [String] = ["PATH=/usr/bin:/bin"], log: LogCapture = LogCapture(),
    onBound: @escaping @Sendable (ListenAddress) -> Void = { _ in },
    change: (inout WorkerConfiguration) -> Void = { _ in }
  ) throws {
    self.log = log
    var configuration = try configure(arguments + ["--address", "127.0.0.1:0"])
    change(&configuration)
    worker = try Worker(
      configuration, environment: JobEnvironment(inheriting: environment.map { Array($0.utf8) }), logger: log.logger,
      onBound: onBound)
  }

  func request(
    _ method: String, _ path: String, headers: [(name: String, value: String)] = [], body: String = ""
  ) async -> (status: Int, body: String, headers: [String: String]) {
    let request = HTTPRequest(
      method: method, target: path, headers: HTTPHeaderList(headers), body: Array(body.utf8))
    let response = await worker.routes.router.respond(to: request, exchange: .unconnected())
    return (
      response.status, String(decoding: response.body, as: UTF8.self),
      Dictionary(response.headers.map { ($0.name, $0.value) }) { first, _ in first }
    )
  }
}

func configure(_ arguments: [String], environment: [String: String] = [:]) throws -> WorkerConfiguration {
  switch try WorkerSettings.table.parse(arguments: arguments, environment: environment) {
  case .run(_, let settings): try WorkerConfiguration(settings)
  case .help, .version: throw SettingsError(["no run"])
  }
}

/// Waits for something that no event tells; ends with false after ten seconds.
func eventually(_ condition: () -> Bool) async -> Bool {
  for _ in 0..<2_000 {
    if condition() { return true }
    try? await Task.sleep(for: .milliseconds(5))
  }
  return false
}
