import AWS
import SQSD
import Settings

/// `sqsd check [DIR]`: what a start would say, without one. What the settings themselves get wrong is told before by their
/// table, so this is about what holds between them and around them, and about cron.yaml.
struct CheckCommand {
  var faults: [String] = []
  var notes: [String] = []
  /// What is right.
  var passed: [String] = []
  let periodicTasks: PeriodicTaskReport
  private let isForPrograms: Bool

  /// `directory` is where a start would look for cron.yaml if no other one is named.
  init(
    _ settings: ParsedSettings, environment: [String: String], in directory: String, now: Timestamp
  ) throws(SettingsError) {
    let named = settings.arguments.first
    periodicTasks = PeriodicTaskReport(
      CronSource.find(settings, in: named ?? directory), count: try Self.count(settings),
      after: try Self.time(settings) ?? now
    )
    isForPrograms = settings.options["json"] != nil
    notes = settings.notes
    let platform = environment["AWS_EXECUTION_ENV"]
    notes += Contradiction.all(
      in: settings, heartbeat: settings[SqsdSettings.heartbeat],
      isOnFargate: platform == nil || platform == Contradiction.fargate
    ).map(\.description)
    passed.append(settings.filePath.map { "settings, with those of \($0)" } ?? "settings, without a file")
    checkQueues(settings, environment)
    if let path = settings[SqsdSettings.signingSecretFile] { check(secretFile: path) }
    if let named, !BoundedFile.isDirectory(named) { faults.append("\(Shown.value(named)) is no directory") }
    passed.append(periodicTasks.source.sentence)
  }

  private mutating func checkQueues(_ settings: ParsedSettings, _ environment: [String: String]) {
    let queues = settings[SqsdSettings.queueURL]
    guard !queues.isEmpty else {
      let missing =
        "--queue-url is required for a start (or set SQSD_QUEUE_URL): \(SqsdSettings.queueURL.declaration.meaning)"
      // A pipeline that checks a cron.yaml before it is deployed need not know the queue.
      let isAboutTasks =
        !settings.arguments.isEmpty || !settings.options.isEmpty || settings[SqsdSettings.cronFile] != nil
      return isAboutTasks ? notes.append(missing) : faults.append(missing)
    }
    for queue in queues { check(queue, environment) }
    faults += [HTTP2.fault(settings), QueueShares.fault(settings)].compactMap { $0 }
  }

  private mutating func check(_ queue: QueueAddress, _ environment: [String: String]) {
    do {
      let resolution = try Endpoint.resolve(.sqs, queue: try QueueURL(queue.url), environment: environment)
      notes += resolution.warnings
      passed.append("queue \(queue.name), at \(resolution.endpoint)")
    } catch {
      faults.append("queue \(queue.name): \(error)")
    }
  }

  private mutating func check(secretFile path: String) {
    do {
      notes += try RequestSigner(at: path).notes
    } catch {
      faults += error.faults
    }
  }

  private var isGood: Bool { faults.isEmpty && !periodicTasks.findings.hasErrors }

  var status: Int32 { isGood ? 0 : 1 }

  /// For people.
  var lines: [String] {
    faults.map { "error: \($0)" } + notes.map { "note: \($0)" } + periodicTasks.lines
      + (isGood ? passed.map { "ok: \($0)" } : [])
  }

  /// What goes to standard output, and what beside it. A program that reads the first wants nothing else in it.
  func texts() throws -> (output: [String], aside: [String]) {
    guard isForPrograms else { return (lines, []) }
    return ([try periodicTasks.json], faults.map { "error: \($0)" })
  }
}

extension CheckCommand {
  private static func count(_ settings: ParsedSettings) throws(SettingsError) -> Int {
    guard let text = settings.options["next"] else { return 5 }
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int(text), count <= 100 else {
      throw SettingsError(["--next: \(Shown.value(text)) is not a whole number from 0 to 100"])
    }
    return count
  }

  private static func time(_ settings: ParsedSettings) throws(SettingsError) -> Timestamp? {
    guard let text = settings.options["at"] else { return nil }
    guard let time = Timestamp(parsing: text) else {
      throw SettingsError(["--at: \(Shown.value(text)) is no time, such as 2026-01-01T00:00:00Z"])
    }
    return time
  }
}
