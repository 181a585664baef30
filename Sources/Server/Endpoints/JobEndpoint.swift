import HTTPCore
import Logging
import SQSD

/// Answers a request by running one job: 200 if it ended well, 500 if it did not, 503 if there was no place for it.
struct JobEndpoint: Sendable {
  /// How jobs are run.
  struct Rules: Sendable {
    /// nil: as long as they like.
    var timeLimit: Duration?
    var killAfter = Duration.seconds(10)
    /// How often the client hears that its job still runs. libcurl and the like count any byte as a sign of life, so a
    /// job may run far longer than the client's idle timeout.
    var interimInterval = Duration.seconds(30)
    var outputLimits = OutputLimits()
  }

  /// `queue` or `schedule`, for the log.
  let name: String
  let command: Command
  let environment: JobEnvironment
  let rules: Rules
  let slots: JobSlots
  let runner: JobRunner
  let logger: Logger
  /// nil: requests need no signature.
  var signatures: SignatureCheck?

  func respond(to request: HTTPRequest, exchange: HTTPExchange) async -> HTTPResponse {
    let context = MessageHeaders.decode(request.headers)
    let log = JobLog(logger, endpoint: name, context: context)
    // Before a slot: whoever has no secret must not even wait.
    if let refusal = signatures?.refusal(of: request, log: log) { return refusal }
    switch await slot(for: exchange) {
    case .granted:
      defer { slots.leave() }
      return await run(request.body, context, log, exchange)
    case .full:
      log.refused("all slots and waiting places are taken")
      return JobAnswer.refused(
        503, "all jobs are busy and the waiting line is full", retryAfter: JobAnswer.fullRetry)
    case .draining:
      log.refused("the server is shutting down")
      return JobAnswer.refused(503, "this server is shutting down", retryAfter: JobAnswer.drainingRetry)
    case .withdrawn:
      log.refused("the client left before there was a free slot")
      return JobAnswer.refused(503, "the request was withdrawn", retryAfter: JobAnswer.drainingRetry)
    }
  }

  /// A client that leaves while it waits takes its request with it: nobody would hear how the job ended, and the
  /// message comes again.
  private func slot(for exchange: HTTPExchange) async -> JobSlots.Entry {
    if let entry = slots.enterWithoutWaiting() { return entry }
    let entry = await withTaskGroup(of: JobSlots.Entry?.self) { group in
      group.addTask { await slots.enter() }
      group.addTask {
        await exchange.untilClientGone()
        return nil
      }
      var entry: JobSlots.Entry?
      for await result in group {
        group.cancelAll()
        entry = entry ?? result
      }
      return entry ?? .withdrawn
    }
    guard entry == .granted, exchange.isClientGone else { return entry }
    slots.leave()
    return .withdrawn
  }

  private func run(
    _ body: [UInt8], _ context: MessageContext, _ log: JobLog, _ exchange: HTTPExchange
  ) async -> HTTPResponse {
    let (variables, omissions) = environment.strings(for: context)
    log.omissions(omissions)
    let limits = rules.outputLimits
    let job = Job(
      command, environment: variables, searchPath: environment.searchPath, input: body, timeLimit: rules.timeLimit,
      killAfter: rules.killAfter, tickInterval: rules.interimInterval, outputLimits: limits,
      output: { log.output($0, limits: limits) })
    // Cancelled, and so silent, when the job ends first.
    async let _: Void = log.departure(of: exchange)
    let end = await runner.run(job) { await exchange.sendInterim(102) }
    log.ended(end, isClientGone: exchange.isClientGone)
    return JobAnswer.ended(end, messageID: context.messageID)
  }
}
