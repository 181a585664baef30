import HTTPCore
import Logging
import SQSD

/// What the log tells about one job: each line that it writes, and one line at its end. Never the message's body, nor
/// the value of an attribute.
struct JobLog: Sendable {
  /// A value in a log line may have 4,000 bytes.
  private static let longestTail = 3_900

  private let logger: Logger

  /// Every line about the job carries the metadata that identifies it.
  init(_ logger: Logger, endpoint: String, context: MessageContext) {
    var logger = logger
    logger[metadataKey: "endpoint"] = "\(endpoint)"
    if let id = context.messageID { logger[metadataKey: "message.id"] = "\(id)" }
    if let task = context.task, !task.name.isEmpty { logger[metadataKey: "task.name"] = "\(task.name)" }
    if let queue = context.queue { logger[metadataKey: "queue.name"] = "\(queue)" }
    if let count = context.receiveCount { logger[metadataKey: "receive.count"] = .stringConvertible(count) }
    self.logger = logger
  }

  func output(_ event: OutputEvent, limits: OutputLimits) {
    switch event {
    case .line(let line):
      var metadata: Logger.Metadata = ["stream": "\(line.stream.rawValue)", "line": "\(line.text)"]
      if line.isCut { metadata["line.length"] = .stringConvertible(line.length) }
      logger.info("job output", metadata: metadata)
    case .limitReached:
      logger.warning(
        "the job writes more than is logged; the rest is dropped",
        metadata: [
          "limit.bytes": .stringConvertible(limits.totalBytes), "limit.lines": .stringConvertible(limits.totalLines),
        ])
    }
  }

  func omissions(_ omissions: [String]) {
    guard !omissions.isEmpty else { return }
    logger.warning(
      "left out of the job's environment", metadata: ["variables": "\(omissions.joined(separator: "; "))"])
  }

  func refused(_ reason: String, level: Logger.Level = .warning) {
    logger.log(level: level, "no job started", metadata: ["reason": "\(reason)"])
  }

  func joined() {
    logger.warning("the message runs here already, no second job started; its answer is awaited")
  }

  func skipped(_ reason: String) {
    logger.warning("tick skipped, answered 200", metadata: ["reason": "\(reason)"])
  }

  func clientGone(_ rule: JobEndpoint.OnDisconnect) {
    switch rule {
    case .keep: logger.warning("client gone, its job runs on (--on-disconnect keep)")
    case .terminate: logger.warning("client gone, its job is told to stop (--on-disconnect terminate)")
    }
  }

  func unreadableRetryAfter() {
    let range = RetryAfterFiles.range
    logger.warning(
      "what the job wrote into SQSD_RETRY_AFTER_FILE is no number of seconds, so it is as if it had written nothing",
      metadata: ["expected": "a whole number from \(range.lowerBound) to \(range.upperBound)"])
  }

  func ended(_ end: JobEnd, _ rules: JobEndpoint.Rules, isClientGone: Bool) {
    var metadata: Logger.Metadata = ["job.duration": .stringConvertible(end.duration.secondsToMilliseconds)]
    switch end.outcome {
    case .exited(let code): metadata["job.exit"] = .stringConvertible(code)
    case .signalled(let number): metadata["job.signal"] = "\(signalName(number))"
    case .notStarted(let error): metadata["job.error"] = "\(error.message)"
    case .answered(let status): metadata["job.status"] = .stringConvertible(status)
    case .unreachable(let reason), .broken(let reason): metadata["job.error"] = "\(reason)"
    case .noAnswer: metadata["job.error"] = "\(JobAnswer.noAnswer)"
    }
    if let processID = end.processID { metadata["job.pid"] = .stringConvertible(processID) }
    if let stop = end.stop { metadata["job.stopped"] = "\(stop.rawValue)" }
    if end.stop == .timeLimit, let limit = rules.timeLimit {
      metadata["job.limit"] = "--job-timeout \(limit.components.seconds) s"
    }
    if let retryAfter = end.retryAfter { metadata["retry.after"] = "\(retryAfter)" }
    if let hint = end.hint { metadata["job.hint"] = "\(hint)" }
    if end.droppedBytes > 0 { metadata["output.dropped"] = .stringConvertible(end.droppedBytes) }
    // Whoever asked has not heard the end, so the message will come again although its job is done.
    if isClientGone { metadata["client.gone"] = .stringConvertible(true) }
    if end.succeeded {
      logger.info("job succeeded", metadata: metadata)
    } else {
      if !end.tail.isEmpty { metadata["job.tail"] = "\(Self.text(end.tail.suffix(Self.longestTail)))" }
      logger.error("job failed", metadata: metadata)
    }
  }

  /// The end of the output as text. A log line cuts a long value at its end, so what repairing invalid UTF-8 adds is
  /// taken off at the front.
  private static func text(_ tail: ArraySlice<UInt8>) -> String {
    var text = Substring(String(decoding: tail, as: UTF8.self))
    while text.utf8.count > tail.count { text.removeFirst() }
    return String(text)
  }
}
