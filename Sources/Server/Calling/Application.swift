import FastCGI
import HTTPCore

/// An application that runs by itself and is asked over FastCGI, in the place of a command.
struct Application: Sendable {
  let client: FastCGIClient
  let variables: CGIVariables
  let calls: ApplicationCalls

  /// Prepares one call; ``ApplicationCall/end(whileRunning:)`` makes it. A request that cannot be made is an end too, so
  /// nothing is thrown.
  ///
  /// `output` gets the lines of the application's standard error, on an event loop: it must return soon.
  func start(
    _ request: HTTPRequest, from peer: String?, _ rules: JobEndpoint.Rules,
    output: @escaping @Sendable (OutputEvent) -> Void
  ) -> ApplicationCall {
    let limits = rules.outputLimits
    var call = FastCGIRequest(parameters: variables.list(for: request, from: peer), body: request.body)
    call.keptBodyStart = limits.tailBytes / 2
    call.keptBodyEnd = limits.tailBytes - call.keptBodyStart
    let errors = ErrorLines(limits: limits, emit: output)
    let prepared = Result { () throws(FastCGIError) in try client.call(call) { errors.append($0) } }
    return ApplicationCall(
      prepared, calls: calls, errors: errors, timeLimit: rules.timeLimit, tickInterval: rules.interimInterval)
  }
}
