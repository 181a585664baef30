import Logging
import ServiceLifecycle

/// Runs services until the body returns, then shuts them down gracefully and waits for their end.
func withServices(
  _ services: [any Service], logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
  _ body: () async throws -> Void
) async throws {
  let group = ServiceGroup(
    configuration: .init(services: services.map { .init(service: $0) }, logger: logger))
  try await withThrowingTaskGroup(of: Void.self) { tasks in
    tasks.addTask { try await group.run() }
    do {
      try await body()
    } catch {
      tasks.cancelAll()
      throw error
    }
    await group.triggerGracefulShutdown()
    try await tasks.waitForAll()
  }
}
