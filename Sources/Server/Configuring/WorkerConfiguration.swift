import FastCGI
import Glibc
import HTTPCore
import Logging
import Logs
import SQSD
import Settings

/// The settings of one start, checked against each other.
struct WorkerConfiguration: Sendable {
  var address: ListenAddress
  var socketMode: UInt32
  /// Who may connect over TCP; nil: everybody.
  var allowed: [AddressRange]?
  var queueCommand: Command?
  var scheduleCommand: Command?
  /// In the place of a command.
  var queueFastCGI: FastCGIAddress?
  var scheduleFastCGI: FastCGIAddress?
  /// Set where one of the two is.
  var fastCGIScript: String?
  var fastCGILimits = FastCGILimits()
  var queuePath: String
  var schedulePath: String
  var concurrency: Int
  var waiting: Int
  var rules: JobEndpoint.Rules
  var maxBody: Int
  var grace: Duration
  var scheduleOverlap: TickGate.Overlap
  var scheduleMaxAge: Duration?
  /// nil: requests need no signature.
  var signingKey: SigningKey?
  var logFormat: LogFormat
  var logLevel: Logger.Level
  /// Sentences for the log at the start: odd, but not wrong.
  var notes: [String]

  init(_ settings: ParsedSettings) throws(SettingsError) {
    address = settings[WorkerSettings.address]
    socketMode = settings[WorkerSettings.socketMode]
    queueCommand = settings[WorkerSettings.queueCommand]
    scheduleCommand = settings[WorkerSettings.scheduleCommand]
    queueFastCGI = settings[WorkerSettings.queueFastCGI]
    scheduleFastCGI = settings[WorkerSettings.scheduleFastCGI]
    fastCGIScript = settings[WorkerSettings.fastCGIScript]
    queuePath = settings[WorkerSettings.queuePath]
    schedulePath = settings[WorkerSettings.schedulePath]
    concurrency = settings[WorkerSettings.concurrency]
    waiting = settings[WorkerSettings.waiting]
    rules = JobEndpoint.Rules(
      timeLimit: settings[WorkerSettings.jobTimeout], killAfter: settings[WorkerSettings.killAfter],
      directory: settings[WorkerSettings.jobDirectory], user: settings[WorkerSettings.jobUser],
      onDisconnect: settings[WorkerSettings.onDisconnect],
      answersWithOutput: settings[WorkerSettings.outputInResponse])
    scheduleOverlap = settings[WorkerSettings.scheduleOverlap]
    scheduleMaxAge = settings[WorkerSettings.scheduleMaxAge]
    maxBody = settings[WorkerSettings.maxBody]
    grace = settings[WorkerSettings.grace]
    logFormat = settings[WorkerSettings.logFormat]
    logLevel = settings[WorkerSettings.logLevel]
    notes = settings.notes
    for (flag, command) in [("--queue-command", queueCommand), ("--schedule-command", scheduleCommand)] {
      if let warning = command?.warning { notes.append("\(flag): \(warning)") }
    }
    // A secret alone lets everybody who has it in.
    let allow = settings[WorkerSettings.allow]
    let hasSecret = settings[WorkerSettings.signingSecretFile] != nil
    allowed = allow.isEmpty && hasSecret ? nil : allow + AddressRange.loopback
    var faults: [String] = []
    if let path = settings[WorkerSettings.signingSecretFile] {
      do {
        let secret = try SecretFile(at: path)
        signingKey = SigningKey(secret.bytes)
        if let note = secret.note { notes.append("--signing-secret-file: \(note)") }
      } catch {
        faults.append("--signing-secret-file: \"\(path)\" \(error.reason)")
      }
    }
    faults += contradictions()
    guard faults.isEmpty else { throw SettingsError(faults) }
  }

  var runsCommands: Bool { queueCommand != nil || scheduleCommand != nil }

  private func contradictions() -> [String] {
    var faults: [String] = []
    let hasQueue = queueCommand != nil || queueFastCGI != nil
    let hasSchedule = scheduleCommand != nil || scheduleFastCGI != nil
    if !hasQueue, !hasSchedule {
      faults.append(
        "no command: give --queue-command or --schedule-command (or WORKER_QUEUE_COMMAND, WORKER_SCHEDULE_COMMAND), or "
          + "the address of a php-fpm with --queue-fastcgi or --schedule-fastcgi")
    }
    for (name, command, address) in [
      ("queue", queueCommand, queueFastCGI), ("schedule", scheduleCommand, scheduleFastCGI),
    ] where command != nil && address != nil {
      faults.append("--\(name)-command and --\(name)-fastcgi are both given: a path has one of them")
    }
    if (queueFastCGI != nil || scheduleFastCGI != nil) != (fastCGIScript != nil) {
      faults.append(
        fastCGIScript == nil
          ? "--fastcgi-script: php-fpm has to know which file to run, such as /app/public/index.php"
          : "--fastcgi-script is for --queue-fastcgi and --schedule-fastcgi: give one of them, or leave it out")
    }
    if queuePath == schedulePath, hasQueue, hasSchedule {
      faults.append("--queue-path and --schedule-path are both \(queuePath): give each its own")
    }
    for (flag, path) in [("--queue-path", queuePath), ("--schedule-path", schedulePath)]
    where path == WorkerRoutes.healthPath {
      faults.append("\(flag): \(path) is where the server tells its health; choose another path")
    }
    if !address.isLoopback, allowed == AddressRange.loopback {
      faults.append(
        "--address: \(address) can be reached from other machines, and whoever reaches it can run the command. Say who may "
          + "with --allow, or give a secret with --signing-secret-file. Or stay on loopback, which containers of one ECS "
          + "task or one pod share, or use a Unix socket on a volume that sqsd's container has too: "
          + "--address unix:/run/worker/worker.sock and, for sqsd, --http-url unix:/run/worker/worker.sock")
    }
    if let user = rules.user, getuid() != 0, user.user != getuid() || user.group != getgid() {
      faults.append(
        "--job-user: this process is user \(getuid()) and may not run jobs as \(user): start it as root, or leave the "
          + "user of jobs to the container's (USER, or \"user\" of the task definition)")
    }
    return faults
  }
}
