import Logging
import SQSD

/// What happens to ticks, as log lines.
struct TickLog: Sendable {
  let logger: Logger

  func tell(_ news: TickNews) {
    switch news {
    case .sent(let tick, let lag):
      logger.info("tick sent", metadata: fields(tick, ["lag.ms": .stringConvertible(lag)]))
    case .left(let tick): logger.info("tick left to another sqsd", metadata: fields(tick))
    case .missed(let missed, .stopping):
      logger.info("tick not sent, sqsd ends", metadata: fields(missed))
    case .missed(let missed, .superseded):
      logger.warning(
        "tick missed", metadata: fields(missed, ["reason": "a later one is due, and only the latest is made up for"]))
    case .missed(let missed, .tooOld):
      logger.warning("tick missed", metadata: fields(missed, ["reason": "older than --cron-catch-up"]))
    case .missedBeforeStart(let missed):
      logger.warning(
        "tick missed",
        metadata: fields(
          missed, ["reason": "before the start, when most likely no sqsd ran; the latest was made up for"]))
    case .tookOver(let tick, let owner):
      logger.warning(
        "tick taken over",
        metadata: fields(
          tick, ["from": "\(owner)", "reason": "it was claimed and not sent in time; if it was sent, it is sent again"])
      )
    case .answerLost(let tick):
      logger.warning(
        "tick may be sent twice",
        metadata: fields(
          tick, ["reason": "the answer to SendMessage was lost; unless the queue is FIFO it is sent again"]))
    case .overtaken(let tick, let owner):
      logger.warning(
        "tick may be sent twice",
        metadata: fields(tick, ["by": "\(owner)", "reason": "it was taken over before it could be marked as sent"]))
    case .unmarked(let tick):
      logger.warning("tick sent, but the table could not be told", metadata: fields(tick))
    case .clockWentBack(let seconds):
      logger.warning(
        "the clock was set back, ticks that were begun are not begun again",
        metadata: ["seconds": .stringConvertible(seconds)])
    case .tableFails(let reason):
      logger.error("periodic tasks fail, delivery goes on: the table", metadata: ["error": "\(reason)"])
    case .tableWorks: logger.info("periodic tasks: the table works again")
    case .queueFails(let reason):
      logger.error("periodic tasks fail, delivery goes on: sending", metadata: ["error": "\(reason)"])
    case .queueWorks: logger.info("periodic tasks: sending works again")
    }
  }

  private func fields(_ tick: Tick, _ others: Logger.Metadata = [:]) -> Logger.Metadata {
    ["task": "\(tick.task)", "scheduled": "\(tick.scheduledAt)"].merging(others) { first, _ in first }
  }

  private func fields(_ missed: MissedTicks, _ others: Logger.Metadata = [:]) -> Logger.Metadata {
    var fields: Logger.Metadata = ["task": "\(missed.task)", "scheduled": "\(missed.first)"]
    if missed.count > 1 {
      fields["until"] = "\(missed.last)"
      let isMore = missed.count >= MissedTicks.countLimit
      fields["ticks"] = isMore ? "\(missed.count) or more" : .stringConvertible(missed.count)
    }
    return fields.merging(others) { first, _ in first }
  }
}
