import HTTPCore
import Logging
import Logs
import Settings

/// Every setting of local-sqs, declared once.
enum LocalSQSSettings {
  static let address = Setting<ListenAddress>(
    "address", placeholder: "HOST:PORT", standard: .tcp(host: "127.0.0.1", port: 9324),
    standardText: "`127.0.0.1:9324`", meaning: "where it listens; port 0 takes a free one, which the log tells"
  ) { texts throws(SettingFault) in
    do {
      return try ListenAddress(parsing: texts.last ?? "")
    } catch {
      throw SettingFault("is not an address: write HOST:PORT, with an IP address or localhost")
    }
  }

  static let queues = Setting<[String]>(
    "queue", placeholder: "NAME", standard: [], standardText: "none",
    meaning: "a queue that is there from the start; a name ending in .fifo makes a FIFO queue", isRepeatable: true
  ) { texts throws(SettingFault) in
    texts
  }

  static let deadLetter = Setting<String?>.text(
    "dead-letter", placeholder: "NAME", unset: "none",
    meaning: "the dead-letter queue, made if need be, of every queue named by --queue")

  static let maxReceiveCount = Setting<Int>.integer(
    "max-receive-count", 1...1000, standard: 3,
    meaning: "for every queue named by --queue, if there is a --dead-letter: receives after which a message goes there")

  static let visibilityTimeout = Setting<Int>.integer(
    "visibility-timeout", 0...43_200, placeholder: "SECONDS", standard: 30,
    meaning: "for every queue named by --queue: seconds for which a received message is hidden")

  static let latency = Setting<Int>.integer(
    "latency", 0...60_000, placeholder: "MS", standard: 0,
    meaning: "milliseconds by which every answer of the SQS protocol is delayed")

  static let logFormat = Setting<LogFormat>.choice(
    "log-format", standard: LogFormat.preferred, standardText: "json (text on a terminal)",
    meaning: "how log lines look; with text there is a summary of queues and calls at the end")

  static let logLevel = Setting<Logger.Level>.choice(
    "log-level", standard: .info, meaning: "the least important lines that are written")

  static let table = SettingTable(
    program: "local-sqs",
    summary: "an in-memory SQS for development and tests. Everything is lost when it ends; never use it in production.",
    environmentPrefix: "LOCAL_SQS",
    commands: [
      .init("run", "serves the AWS JSON 1.0 protocol of SQS, GET /health and GET /stats"),
      .init("health", "asks a running local-sqs at --address; exits 0 if it is well, 1 if not"),
    ],
    declarations: [
      address.declaration, queues.declaration, deadLetter.declaration, maxReceiveCount.declaration,
      visibilityTimeout.declaration, latency.declaration, logFormat.declaration, logLevel.declaration,
    ],
    footer: """
      Queue URLs are http://HOST:PORT/\(QueueARN.account)/NAME; of a queue URL only the name counts.
      Example: local-sqs --queue jobs --dead-letter jobs-dlq --max-receive-count 3 --visibility-timeout 5
      """)
}
