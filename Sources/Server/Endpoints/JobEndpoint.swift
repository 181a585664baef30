import HTTPCore
import Logging
import SQSD

/// Answers a request by running one job: 200 if it ended well, 500 if it did not, 503 if there was no place for it.
struct JobEndpoint: Sendable {
  /// `queue` or `schedule`, for the log.
  let name: String
  let work: Work
  let environment: JobEnvironment
  let rules: Rules
  let slots: JobSlots
  let runner: JobRunner
  let logger: Logger
  /// nil: requests need no signature.
  var signatures: SignatureCheck?
  /// For an endpoint whose requests are ticks.
  var ticks: TickGate?
  /// nil: jobs cannot say when they want to run again.
  var retryAfterFiles: RetryAfterFiles?
  private let runs = MessageRuns()

  init(
    name: String, work: Work, environment: JobEnvironment, rules: Rules, slots: JobSlots, runner: JobRunner,
    logger: Logger
  ) {
    self.name = name
    self.work = work
    self.environment = environment
    self.rules = rules
    self.slots = slots
    self.runner = runner
    self.logger = logger
  }

  func respond(to request: HTTPRequest, exchange: HTTPExchange) async -> HTTPResponse {
    let visit = Visit(
      context: MessageHeaders.decode(request.headers), endpoint: name, logger: logger, exchange: exchange)
    // Before anything else: whoever has no secret must not even wait.
    if let refusal = signatures?.refusal(of: request, log: visit.log) { return refusal }
    guard let messageID = visit.context.messageID else {
      return await answer(request, visit, as: MessageRun()) ?? refusal(.withdrawn, visit.log)
    }
    while true {
      switch runs.enter(messageID) {
      case .first(let run):
        let answer = await answer(request, visit, as: run)
        runs.end(run, of: messageID, with: answer)
        return answer ?? refusal(.withdrawn, visit.log)
      case .joined(let run):
        visit.log.joined()
        let watch = exchange.whenClientGone { run.leave() }
        defer { watch.end() }
        if let answer = await exchange.waiting(interval: rules.interimInterval, { await run.answer() }) {
          return answer
        }
        if exchange.isClientGone || Task.isCancelled { return refusal(.withdrawn, visit.log) }
      // The client of the other one left before its job began, so the message is this one's now.
      }
    }
  }

  /// The answer to a request that runs its message, when its turn has come; nil if the client left before.
  private func answer(_ request: HTTPRequest, _ visit: Visit, as run: MessageRun) async -> HTTPResponse? {
    let task = visit.context.task?.name ?? ""
    guard let ticks, let lane = ticks.lane(of: task) else { return await answerInSlot(request, visit, as: run) }
    defer { ticks.giveBack(laneOf: task) }
    switch await enter(lane, visit.exchange) {
    case .granted:
      defer { lane.leave() }
      return await answerInSlot(request, visit, as: run)
    case .full where ticks.overlap == .skip:
      return skip(visit, because: "the last run of this task still works")
    case .withdrawn: return nil
    case let entry: return refusal(entry, visit.log)
    }
  }

  private func answerInSlot(_ request: HTTPRequest, _ visit: Visit, as run: MessageRun) async -> HTTPResponse? {
    switch await enter(slots, visit.exchange) {
    case .granted:
      defer { slots.leave() }
      // Only now: it may have waited.
      if let age = ticks?.excessiveAge(of: visit.context.task) {
        return skip(visit, because: "the tick was due \(age) s ago (--schedule-max-age)")
      }
      return await runJob(request, visit, as: run)
    case .withdrawn: return nil
    case let entry: return refusal(entry, visit.log)
    }
  }

  private func skip(_ visit: Visit, because reason: String) -> HTTPResponse {
    visit.log.skipped(reason)
    return JobAnswer.skipped(reason, messageID: visit.context.messageID)
  }

  /// A client that leaves while it waits takes its request with it: nobody would hear how the job ended, and the
  /// message comes again.
  private func enter(_ slots: JobSlots, _ exchange: HTTPExchange) async -> JobSlots.Entry {
    if let entry = slots.enterWithoutWaiting() { return entry }
    let entry = await exchange.waiting(interval: rules.interimInterval) { await slots.enter() } ?? .withdrawn
    guard entry == .granted, exchange.isClientGone else { return entry }
    slots.leave()
    return .withdrawn
  }

  private func refusal(_ entry: JobSlots.Entry, _ log: JobLog) -> HTTPResponse {
    switch entry {
    case .full:
      log.refused("all slots and waiting places are taken")
      return JobAnswer.refused(
        503, "all jobs are busy and the waiting line is full", retryAfter: JobAnswer.fullRetry)
    case .draining:
      log.refused("the server is shutting down")
      return JobAnswer.refused(503, "this server is shutting down", retryAfter: JobAnswer.drainingRetry)
    case .withdrawn, .granted:
      log.refused("the client left while it waited")
      return JobAnswer.refused(503, "the request was withdrawn", retryAfter: JobAnswer.drainingRetry)
    }
  }

  private func runJob(_ request: HTTPRequest, _ visit: Visit, as run: MessageRun) async -> HTTPResponse {
    let (log, exchange) = (visit.log, visit.exchange)
    let watch = exchange.whenClientGone {
      log.clientGone(rules.onDisconnect)
      run.leave()
    }
    defer { watch.end() }
    let end =
      switch work {
      case .command(let command): await runCommand(command, request.body, visit, as: run)
      case .application(let application): await call(application, request, visit, as: run)
      }
    log.ended(end, rules, isClientGone: exchange.isClientGone)
    return JobAnswer.ended(end, rules, messageID: visit.context.messageID)
  }

  private func runCommand(
    _ command: Command, _ body: [UInt8], _ visit: Visit, as run: MessageRun
  ) async -> JobEnd {
    let (log, exchange) = (visit.log, visit.exchange)
    let retryAfterPath = retryAfterFiles?.next()
    let (variables, omissions) = environment.strings(for: visit.context, retryAfterPath: retryAfterPath)
    log.omissions(omissions)
    let limits = rules.outputLimits
    let running = runner.start(
      Job(
        command, environment: variables, searchPath: environment.searchPath, directory: rules.directory,
        user: rules.user, input: body, timeLimit: rules.timeLimit, killAfter: rules.killAfter,
        tickInterval: rules.interimInterval, outputLimits: limits, output: { log.output($0, limits: limits) }))
    if rules.onDisconnect == .terminate { run.whenAbandoned { running.terminate(because: .clientGone) } }
    var end = await running.end { exchange.sendInterim(102) }
    end.retryAfter = retryAfterPath.flatMap { retryAfter(in: $0, end, log) }.map { "\($0)" }
    return end
  }

  private func call(
    _ application: Application, _ request: HTTPRequest, _ visit: Visit, as run: MessageRun
  ) async -> JobEnd {
    let (log, exchange) = (visit.log, visit.exchange)
    let limits = rules.outputLimits
    let call = application.start(request, from: exchange.peerAddress, rules) { log.output($0, limits: limits) }
    if rules.onDisconnect == .terminate { run.whenAbandoned { call.terminate(because: .clientGone) } }
    return await call.end { exchange.sendInterim(102) }
  }

  /// Only a job that failed can ask for another run.
  private func retryAfter(in path: String, _ end: JobEnd, _ log: JobLog) -> Int? {
    guard let retryAfterFiles else { return nil }
    guard !end.succeeded else {
      retryAfterFiles.drop(path)
      return nil
    }
    switch retryAfterFiles.take(path) {
    case .nothing: return nil
    case .seconds(let seconds): return seconds
    case .nonsense:
      log.unreadableRetryAfter()
      return nil
    }
  }
}

/// One request at an endpoint.
private struct Visit: Sendable {
  let context: MessageContext
  let log: JobLog
  let exchange: HTTPExchange

  init(context: MessageContext, endpoint: String, logger: Logger, exchange: HTTPExchange) {
    self.context = context
    log = JobLog(logger, endpoint: endpoint, context: context)
    self.exchange = exchange
  }
}
