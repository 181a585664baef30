import FastCGI
import HTTPCore
import Logging
import Logs
import Settings

/// Every setting of worker-server, declared once.
enum WorkerSettings {
  static let address = Setting<ListenAddress>(
    "address", placeholder: "HOST:PORT|unix:PATH", standard: .tcp(host: "127.0.0.1", port: 8080),
    standardText: "`127.0.0.1:8080`",
    meaning:
      "where requests are taken: a loopback address, a Unix socket, or any other address together with --allow or --signing-secret-file"
  ) { texts throws(SettingFault) in
    do {
      return try ListenAddress(parsing: texts.last ?? "")
    } catch {
      throw SettingFault("is no address: \(error)")
    }
  }

  static let socketMode = Setting<UInt32>(
    "socket-mode", placeholder: "MODE", range: "octal, 0–777", standard: 0o660, standardText: "660",
    meaning: "the mode of the Unix socket's file: who may send requests"
  ) { texts throws(SettingFault) in
    let text = texts.last ?? ""
    guard (1...4).contains(text.utf8.count), let mode = UInt32(text, radix: 8), mode <= 0o777, !text.hasPrefix("+")
    else { throw SettingFault("is no mode of a file in octal, such as 660") }
    return mode
  }
  static let allow = Setting<[AddressRange]>(
    "allow", placeholder: "ADDRESS", standard: [], standardText: "loopback only", hasStandard: false,
    meaning:
      "addresses that may send requests besides this machine's own, such as 10.0.0.0/8. It is the connection that counts, never X-Forwarded-For",
    isRepeatable: true
  ) { texts throws(SettingFault) in
    var ranges: [AddressRange] = []
    for text in texts.flatMap({ $0.split(separator: ",") }) {
      guard let range = AddressRange(parsing: String(text)) else {
        throw SettingFault("is no IP address and no range of them, such as 10.1.2.3, 10.0.0.0/8 or fd00::/8")
      }
      ranges.append(range)
    }
    return ranges
  }

  static let queueCommand = command(
    "queue-command",
    meaning:
      "the job of a message. Its words are split as a shell splits them, but no shell runs; the message's body is its standard input"
  )
  static let scheduleCommand = command(
    "schedule-command", meaning: "the job of a periodic task, such as: php artisan schedule:run")
  static let queueFastCGI = fastCGI(
    "queue-fastcgi",
    meaning: "in the place of a command, where php-fpm listens: a message is a request to --fastcgi-script")
  static let scheduleFastCGI = fastCGI("schedule-fastcgi", meaning: "the same for periodic tasks")
  static let fastCGIScript = Setting<String?>(
    "fastcgi-script", placeholder: "FILE", standard: nil, standardText: "none", hasStandard: false,
    meaning: "the PHP file that php-fpm runs, as php-fpm sees it: /app/public/index.php"
  ) { texts throws(SettingFault) in
    let path = texts.last ?? ""
    guard path.hasPrefix("/"), !path.hasSuffix("/"), !path.utf8.contains(0) else {
      throw SettingFault("is no absolute path of a file")
    }
    return path
  }
  static let queuePath = path("queue-path", standard: "/queue", meaning: "the path of messages")
  static let schedulePath = path(
    "schedule-path", standard: "/schedule", meaning: "the path of periodic tasks")

  static let concurrency = Setting.integer("concurrency", 1...1000, standard: 10, meaning: "jobs at once")
  static let waiting = Setting.integer(
    "waiting", 0...10_000, standard: 100,
    meaning: "requests that may wait for a job to end; beyond them 503 with Retry-After")
  static let jobTimeout: Setting<Duration?> = .seconds(
    "job-timeout", 1...604_800, unset: "none",
    meaning: "how long a job may run before its process group gets SIGTERM and the request 500")
  static let killAfter = Setting.seconds(
    "kill-after", 0...3600, standard: 10, meaning: "how long after SIGTERM a job gets SIGKILL")
  static let jobDirectory = Setting<String?>.text(
    "job-directory", placeholder: "DIR", unset: "the server's own", meaning: "the working directory of jobs")
  static let jobUser = Setting<JobUser?>(
    "job-user", placeholder: "UID:GID", standard: nil, standardText: "the server's own", hasStandard: false,
    meaning: "the user and group that jobs run as, in numbers; the server must be root"
  ) { texts throws(SettingFault) in
    guard let user = JobUser(parsing: texts.last ?? "") else {
      throw SettingFault("is no pair of numbers such as 1000:1000; names are not looked up")
    }
    return user
  }
  static let onDisconnect = Setting<JobEndpoint.OnDisconnect>.choice(
    "on-disconnect", standard: .keep,
    meaning:
      "what becomes of a job whose client goes away: keep lets it run on, terminate stops it as --job-timeout does")
  static let outputInResponse = Setting.toggle(
    "output-in-response",
    meaning: "the answer holds the end of the job's output too, at most 64 KiB; for callers who may see it")
  static let maxBody = Setting.integer(
    "max-body", 0...1_073_741_824, placeholder: "BYTES", standard: 1_114_112,
    meaning: "the largest request body; a larger one gets 413")
  static let grace = Setting.seconds(
    "grace", 0...3600, standard: 25,
    meaning:
      "how long running jobs may go on after SIGTERM. At the end of it, less the time of --kill-after, they are told to stop"
  )
  static let logFormat = Setting<LogFormat>.choice(
    "log-format", standard: LogFormat.preferred, standardText: "json (text on a terminal)",
    meaning: "how log lines look")
  static let logLevel = Setting<Logger.Level>.choice(
    "log-level", standard: .info, meaning: "the least important lines that are logged")

  static let scheduleOverlap = Setting<TickGate.Overlap>.choice(
    "schedule-overlap", standard: .allow,
    meaning:
      "a tick that comes while the last run of its task still works: allow runs it beside that one, skip answers 200 without a job, queue lets it wait"
  )
  static let scheduleMaxAge = Setting<Duration?>.seconds(
    "schedule-max-age", 1...604_800, unset: "off",
    meaning: "a tick that was due longer ago than this is answered 200 without a job")
  static let signingSecretFile = Setting<String?>.text(
    "signing-secret-file", placeholder: "FILE", unset: "none",
    meaning: "requests must be signed with the secret in this file (docs/signature.md), or they get 403")

  static let table = SettingTable(
    program: "worker-server",
    summary: "runs a command for each message and each periodic task that sqsd sends it over HTTP.",
    environmentPrefix: "WORKER",
    commands: [
      .init("run", "serves POST /queue and POST /schedule"),
      .init("health", "asks a running server; exits 0 while it takes jobs, 1 if not"),
    ],
    declarations: [
      address.declaration, socketMode.declaration, allow.declaration, queueCommand.declaration,
      scheduleCommand.declaration, queueFastCGI.declaration, scheduleFastCGI.declaration, fastCGIScript.declaration,
      queuePath.declaration,
      schedulePath.declaration, concurrency.declaration, waiting.declaration, jobTimeout.declaration,
      killAfter.declaration, onDisconnect.declaration, jobDirectory.declaration, jobUser.declaration,
      outputInResponse.declaration, scheduleOverlap.declaration, scheduleMaxAge.declaration, maxBody.declaration,
      grace.declaration, logFormat.declaration, logLevel.declaration,
      signingSecretFile.declaration,
    ],
    footer: """
      A job that exits with 0 is answered 200, any other end of it 500; of php-fpm's answers, 2xx is 200 and the rest 500.
      At least one command or address is required.
      """)

  private static func command(_ name: String, meaning: String) -> Setting<Command?> {
    Setting(
      name, placeholder: "COMMAND", standard: nil, standardText: "none: its path answers 404", meaning: meaning
    ) { texts throws(SettingFault) in
      do {
        return try Command(parsing: texts.last ?? "")
      } catch {
        throw SettingFault("cannot be run: \(error)")
      }
    }
  }

  private static func fastCGI(_ name: String, meaning: String) -> Setting<FastCGIAddress?> {
    Setting(
      name, placeholder: "HOST:PORT|unix:PATH", standard: nil, standardText: "none", hasStandard: false,
      meaning: meaning
    ) { texts throws(SettingFault) in
      do throws(FastCGIAddress.Fault) {
        return try FastCGIAddress(parsing: texts.last ?? "")
      } catch {
        throw SettingFault(error.reason)
      }
    }
  }

  private static func path(_ name: String, standard: String, meaning: String) -> Setting<String> {
    Setting(name, placeholder: "/PATH", standard: standard, standardText: "`\(standard)`", meaning: meaning) {
      texts throws(SettingFault) in
      let path = texts.last ?? ""
      // What a request's target can hold without being encoded, so that comparing is simple (RFC 3986 section 3.3).
      guard path.hasPrefix("/"), path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), !path.contains("?"),
        !path.contains("#")
      else { throw SettingFault("is no path: it must begin with a slash and hold neither blanks, ? nor #") }
      return path
    }
  }
}
