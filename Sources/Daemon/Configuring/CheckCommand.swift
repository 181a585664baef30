import AWS
import Settings

/// `sqsd check [DIR]`: what a start would say, without one. What the settings themselves get wrong is told before by their
/// table, so this is about what holds between them and around them.
struct CheckCommand {
  var faults: [String] = []
  var notes: [String] = []
  /// What is right.
  var passed: [String] = []

  init(_ settings: ParsedSettings, environment: [String: String]) {
    notes = settings.notes
    let platform = environment["AWS_EXECUTION_ENV"]
    notes += Contradiction.all(
      in: settings, heartbeat: settings[SqsdSettings.heartbeat],
      isOnFargate: platform == nil || platform == Contradiction.fargate
    ).map(\.description)
    passed.append(settings.filePath.map { "settings, with those of \($0)" } ?? "settings, without a file")
    for queue in settings[SqsdSettings.queueURL] { check(queue, environment) }
    faults += [HTTP2.fault(settings), QueueShares.fault(settings), TickGuard.fault(settings)].compactMap { $0 }
    if let path = settings[SqsdSettings.signingSecretFile] { check(secretFile: path) }
    check(directory: settings.arguments.first ?? ".", isNamed: !settings.arguments.isEmpty)
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

  private mutating func check(directory: String, isNamed: Bool) {
    guard BoundedFile.isDirectory(directory) else {
      if isNamed { faults.append("\(Shown.value(directory)) is no directory") }
      return
    }
    guard BoundedFile.isThere(directory + "/cron.yaml") else { return }
    notes.append("\(directory)/cron.yaml is there, and not looked at: periodic tasks are not available yet")
  }

  var status: Int32 { faults.isEmpty ? 0 : 1 }

  var lines: [String] {
    faults.map { "error: \($0)" } + notes.map { "note: \($0)" } + (faults.isEmpty ? passed.map { "ok: \($0)" } : [])
  }
}
