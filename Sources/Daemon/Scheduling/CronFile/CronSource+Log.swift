import Logging

extension CronSource {
  /// At the start: one line says how many tasks there are and where they are from, and each finding is told.
  func report(to logger: Logger) {
    logger.info("periodic tasks", metadata: ["tasks": .stringConvertible(cron.tasks.count), "source": "\(sentence)"])
    for finding in cron.findings {
      let level: Logger.Level =
        switch finding.severity {
        case .error: .error
        case .warning: .warning
        case .note: .notice
        }
      logger.log(level: level, "cron.yaml", metadata: ["finding": "\(line(of: finding))"])
    }
    if !cron.tasks.isEmpty {
      logger.warning("periodic tasks are read but not sent yet")
    }
  }
}
