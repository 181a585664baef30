import Settings

/// What keeps several daemons from sending the same tick.
enum TickGuard: Sendable, Equatable {
  /// Claims in a table of DynamoDB.
  case table(String)
  /// The queue drops the second message with a deduplication id.
  case fifo
  /// Nothing: the operator says that there is no other.
  case alone

  /// SQS remembers a deduplication id for five minutes (Amazon SQS Developer Guide, "exactly-once processing"); a minute is
  /// for clocks that differ and for the way of the message.
  static let longestFIFOCatchUp: Duration = .seconds(240)
  static let standardCatchUp: Duration = .seconds(300)

  /// Nil if nothing does, and periodic tasks are off.
  init?(_ settings: ParsedSettings, isFIFO: Bool) {
    if let table = settings[SqsdSettings.cronTable] {
      self = .table(table)
    } else if isFIFO {
      self = .fifo
    } else if settings[SqsdSettings.cronAlone] {
      self = .alone
    } else {
      return nil
    }
  }

  /// What is worth a warning at the start. Whether any other table lacks a time-to-live is not ours to ask: that would take a
  /// right of its own.
  var note: String? {
    guard case .table(let name) = self, name.contains("AWSEBWorkerCronLeaderRegistry") else { return nil }
    return """
      \(name) is a registry of Elastic Beanstalk's: it fits, but has no time-to-live, so the records of ticks stay in it, and it \
      goes when its environment goes; after the migration give --cron-table a table of its own
      """
  }

  /// The queue that ticks are sent to.
  static func queue(_ settings: ParsedSettings) -> QueueAddress? {
    settings[SqsdSettings.cronQueue] ?? settings[SqsdSettings.queueURL].first
  }

  func catchUp(_ settings: ParsedSettings) -> Duration {
    settings[SqsdSettings.cronCatchUp] ?? (self == .fifo ? Self.longestFIFOCatchUp : Self.standardCatchUp)
  }

  /// What makes a start impossible.
  static func fault(_ settings: ParsedSettings) -> String? {
    guard let queue = queue(settings), let catchUp = settings[SqsdSettings.cronCatchUp],
      TickGuard(settings, isFIFO: queue.isFIFO) == .fifo, catchUp > longestFIFOCatchUp
    else { return nil }
    return """
      --cron-catch-up is above \(longestFIFOCatchUp.components.seconds) s, and \(queue.name) is a FIFO queue, which tells a \
      tick from its copy for five minutes only: lower it, or set --cron-table
      """
  }

  /// Why periodic tasks are off, for the log and for `sqsd check`; nil if they are not.
  static func reasonForOff(_ settings: ParsedSettings) -> String? {
    guard let queue = queue(settings), TickGuard(settings, isFIFO: queue.isFIFO) == nil else { return nil }
    return """
      without a table every sqsd would send every tick. Set --cron-table to a DynamoDB table with a string key id, or send \
      ticks to a FIFO queue (--cron-queue), or say --cron-alone if this is the only sqsd that runs these tasks
      """
  }
}

extension TickGuard: CustomStringConvertible {
  var description: String {
    switch self {
    case .table(let name): "table \(name)"
    case .fifo: "the FIFO queue's deduplication"
    case .alone: "none, this sqsd is alone (--cron-alone)"
    }
  }
}
