import TestSupport

/// Starts sqsd for a queue and an application, and ends it after the body.
func withSqsd<Value>(
  _ service: QueueService, queue: String, application: String, _ arguments: [String] = [],
  body: (RunningProgram) async throws -> Value
) async throws -> Value {
  let program = try RunningProgram(
    "sqsd",
    ["--queue-url", queue, "--http-url", application, "--admin-address", "off", "--log-format", "json"] + arguments,
    environment: service.environment)
  defer { program.stop() }
  _ = try await program.line(containing: "sqsd started")
  return try await body(program)
}
