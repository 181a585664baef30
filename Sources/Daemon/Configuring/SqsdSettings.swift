import HTTPCore
import Logging
import Logs
import Settings

/// Every setting of sqsd, declared once. Names, defaults and ranges of those with a Beanstalk option are Beanstalk's
/// (AWS, "General options for all environments", `aws:elasticbeanstalk:sqsd`), with two exceptions: up to 1000 connections
/// instead of 100, and no visibility timeout of 0, with which every message would be delivered over and over.
enum SqsdSettings {
  static let queueURL = Setting<[QueueAddress]>(
    "queue-url", placeholder: "URL[=/PATH]", standard: [], standardText: "none",
    meaning: "a queue to poll; with =/PATH its messages go to that path instead of --http-path", isRepeatable: true
  ) { texts throws(SettingFault) in
    let queues = try texts.flatMap { $0.split(separator: ",").map(String.init) }.map { text throws(SettingFault) in
      try QueueAddress(parsing: text)
    }
    guard !queues.isEmpty else { throw SettingFault("is empty") }
    guard Set(queues.map(\.url)).count == queues.count else { throw SettingFault("names a queue twice") }
    guard queues.count <= mostQueues else { throw SettingFault("names more than \(mostQueues) queues") }
    return queues
  }.required.beanstalk("WorkerQueueURL")

  /// Each has a long poll of its own open all the time.
  static let mostQueues = 50

  static let queueShares = Setting<[Int]>(
    "queue-shares", placeholder: "N,N…", range: "1–1000 each", standard: [], standardText: "equal",
    meaning: "the parts of --http-connections that the queues get, in the order of --queue-url"
  ) { texts throws(SettingFault) in
    try (texts.last ?? "").split(separator: ",", omittingEmptySubsequences: false).map { text throws(SettingFault) in
      guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let share = Int(text), (1...1000).contains(share)
      else { throw SettingFault("is not a list of whole numbers from 1 to 1000, such as 3,1") }
      return share
    }
  }

  static let httpURL = Setting<ApplicationAddress>(
    "http-url", placeholder: "URL", standard: ApplicationAddress.beanstalk, standardText: "`http://localhost:80`",
    meaning: "where the application listens: http, https or unix:/path.sock"
  ) { texts throws(SettingFault) in
    do throws(ApplicationAddress.InvalidAddress) {
      return try ApplicationAddress(parsing: texts.last ?? "")
    } catch {
      throw SettingFault(error.reason)
    }
  }

  static let httpPath = Setting<RequestPath>(
    "http-path", placeholder: "/PATH", standard: RequestPath.root, standardText: "`/`",
    meaning: "where ordinary messages are POSTed; periodic tasks bring their own path"
  ) { texts throws(SettingFault) in
    guard let path = RequestPath(texts.last ?? "") else { throw RequestPath.fault }
    return path
  }.beanstalk("HttpPath")

  static let mimeType = Setting<String>.text(
    "mime-type", placeholder: "TYPE", standard: "application/json",
    meaning: "the Content-Type of every POST, never guessed from the message"
  ).beanstalk("MimeType")

  static let userAgent = Setting<String>.text(
    "user-agent", placeholder: "TEXT", standard: "aws-sqsd/3.0 (beanpole/\(Version.current))",
    meaning: "the User-Agent of every POST; applications look for the beginning aws-sqsd")

  static let httpConnections = Setting<Int>.integer(
    "http-connections", 1...1000, standard: 50, meaning: "messages that are received and not yet answered"
  ).beanstalk("HttpConnections")

  static let connectTimeout = Setting<Duration>.seconds(
    "connect-timeout", 1...60, standard: 5, meaning: "how long connecting to the application may take"
  ).beanstalk("ConnectTimeout")

  static let inactivityTimeout = Setting<Duration>.seconds(
    "inactivity-timeout", 1...36_000, standard: 299,
    meaning: "how long the application may be silent; any byte, an interim 1xx answer too, starts it anew"
  ).beanstalk("InactivityTimeout")

  static let visibilityTimeout = Setting<Duration>.seconds(
    "visibility-timeout", 1...43_200, standard: 300,
    meaning: "how long a received message stays hidden, and after which a failed one comes back"
  ).beanstalk("VisibilityTimeout")

  static let heartbeat = Setting<Bool>.toggle(
    "heartbeat", standard: true,
    meaning: "extend a message's visibility while it is in our hands, up to SQS's 12 hours")

  static let errorVisibilityTimeout = Setting<Duration?>.seconds(
    "error-visibility-timeout", 0...43_200, unset: "unset",
    meaning:
      "how long a failed message stays hidden from the moment it failed; unset, --visibility-timeout from its receive"
  ).beanstalk("ErrorVisibilityTimeout")

  static let retryBackoff = Setting<RetryBackoff?>(
    "retry-backoff", placeholder: "BASE..CAP", range: "1–43200 s", standard: nil, standardText: "off",
    hasStandard: false, meaning: "how long a failed message stays hidden: BASE, doubled with each receive up to CAP"
  ) { texts throws(SettingFault) in
    try RetryBackoff(parsing: texts.last ?? "")
  }

  static let retentionPeriod = Setting<Duration?>.seconds(
    "retention-period", 60...1_209_600, unset: "unset",
    meaning: "messages sent longer ago are deleted without being POSTed; unset, the queue's own retention governs"
  ).beanstalk("RetentionPeriod")

  static let success = Setting<Application.Success>.choice(
    "success", standard: .any2xx, meaning: "the answers that delete a message; 200 is strict, as on Beanstalk")

  static let healthPath = Setting<RequestPath?>(
    "health-path", placeholder: "/PATH", standard: nil, standardText: "none", hasStandard: false,
    meaning:
      "what must answer GET with 2xx before messages are received, at the start and after an outage; "
      + "none, it is enough that a connection can be made"
  ) { texts throws(SettingFault) in
    guard let path = RequestPath(texts.last ?? "") else { throw RequestPath.fault }
    return path
  }

  static let cronFile = Setting<String?>.text(
    "cron-file", placeholder: "FILE", unset: "`cron.yaml` if it is there",
    meaning: "periodic tasks, in the form of Beanstalk's cron.yaml (docs/schedules.md)"
  ).beanstalk("cron.yaml")

  static let cronYAML = Setting<String?>(
    "cron-yaml", placeholder: "TEXT", standard: nil, standardText: "none", hasStandard: false,
    meaning:
      "the text of a cron.yaml itself, where there is no way to bring a file; --cron-file wins over it, and it over a "
      + "cron.yaml that is there"
  ) { texts throws(SettingFault) in
    texts.last
  }.shownByLength

  static let cronTable = Setting<String?>.text(
    "cron-table", placeholder: "NAME", unset: "none", meaning: "the DynamoDB table in which ticks are claimed"
  ).later

  static let cronAlone = Setting<Bool>.toggle(
    "cron-alone", meaning: "no other sqsd runs these periodic tasks"
  ).later

  static let cronQueue = Setting<String?>.text(
    "cron-queue", placeholder: "URL", unset: "the first queue", meaning: "where ticks are sent"
  ).later

  static let cronCatchUp = Setting<Duration?>.seconds(
    "cron-catch-up", 0...3600, unset: "none", meaning: "how old a missed tick may be and still be sent"
  ).later

  static let drainTimeout = Setting<Duration>.seconds(
    "drain-timeout", 0...3600, standard: 25,
    meaning: "how long running POSTs and the open receive may go on after SIGTERM")

  static let taskProtection = Setting<Duration?>(
    "task-protection", placeholder: "off|on|MINUTES", range: "1–2880 min", standard: nil, standardText: "off",
    meaning: "ECS scale-in protection while busy, for as long as the longest job may take; on is 120"
  ) { texts throws(SettingFault) in
    try ProtectionTerm.parse(texts.last ?? "")
  }

  static let signingSecretFile = Setting<String?>.text(
    "signing-secret-file", placeholder: "FILE", unset: "none",
    meaning: "signs each POST with the secret in this file (docs/signature.md)")

  static let http2 = Setting<Bool>.toggle(
    "http2",
    meaning:
      "experimental: POSTs speak cleartext HTTP/2 with prior knowledge, one at a time on a connection; needs libcurl 8.0"
  )

  static let adminAddress = Setting<ListenAddress?>(
    "admin-address", placeholder: "HOST:PORT|off", standard: .tcp(host: "127.0.0.1", port: 9080),
    standardText: "`127.0.0.1:9080`",
    meaning: "where GET /health is answered; loopback only, as long as there is no --admin-token-file"
  ) { texts throws(SettingFault) in
    let text = texts.last ?? ""
    if text.lowercased() == "off" { return nil }
    let address: ListenAddress
    do {
      address = try ListenAddress(parsing: text)
    } catch {
      throw SettingFault("is no address: \(error)")
    }
    guard address.isLoopback else {
      throw SettingFault("is not a loopback address: others need --admin-token-file, which is not available yet")
    }
    return address
  }

  static let adminTokenFile = Setting<String?>.text(
    "admin-token-file", placeholder: "FILE", unset: "none", meaning: "the token that callers from elsewhere must show"
  ).later

  static let config = Setting<String?>.text(
    "config", placeholder: "FILE", unset: "`\(ConfigurationFile.standardPath)` if it is there",
    meaning: "settings in a file, under aws-sqsd's own keys; flags and variables win over it")

  static let logFormat = Setting<LogFormat>.choice(
    "log-format", standard: LogFormat.preferred, standardText: "json (text on a terminal)",
    meaning: "how log lines look")

  static let logLevel = Setting<Logger.Level>.choice(
    "log-level", standard: .info, meaning: "the least important lines that are written")
}
