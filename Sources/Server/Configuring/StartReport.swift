import Glibc
import Logging
import Settings

/// What the log says at the start: what runs where, and what will probably go wrong.
struct StartReport {
  let facts: Logger.Metadata
  let warnings: [String]

  init(_ configuration: WorkerConfiguration, searchPath: String) {
    var facts: Logger.Metadata = [
      "version": "\(Version.current)", "concurrency": .stringConvertible(configuration.concurrency),
      "waiting": .stringConvertible(configuration.waiting),
    ]
    if configuration.signingKey != nil { facts["signature"] = "required" }
    var warnings = configuration.notes
    let jobs = [
      ("queue", configuration.queuePath, configuration.queueCommand),
      ("schedule", configuration.schedulePath, configuration.scheduleCommand),
    ]
    for (name, path, address) in [
      ("queue", configuration.queuePath, configuration.queueFastCGI),
      ("schedule", configuration.schedulePath, configuration.scheduleFastCGI),
    ] {
      guard let address else { continue }
      facts["\(name).path"] = "\(path)"
      facts["\(name).fastcgi"] = "\(address)"
      facts["fastcgi.script"] = "\(configuration.fastCGIScript ?? "")"
    }
    for (name, path, command) in jobs {
      guard let command else { continue }
      facts["\(name).path"] = "\(path)"
      // The program alone: arguments may hold secrets.
      facts["\(name).program"] = "\(command.program)"
      if let warning = Self.warning(about: command.program, searchPath) {
        warnings.append("--\(name)-command: \(warning); until that changes each request gets 500")
      }
    }
    if let warning = Self.descriptorWarning(configuration) { warnings.append(warning) }
    self.facts = facts
    self.warnings = warnings
  }

  func log(to logger: Logger) {
    logger.info("starting", metadata: facts)
    for warning in warnings { logger.warning("check the settings", metadata: ["reason": "\(warning)"]) }
  }

  /// Only a warning: the program may be on a volume that is mounted later, and it is looked up again for each job.
  private static func warning(about program: String, _ searchPath: String) -> String? {
    do {
      let path = try ProgramSearch.find(program, in: searchPath)
      return ProgramSearch.isProgram(path) ? nil : "\(path) is not there or may not be executed"
    } catch {
      return error.message
    }
  }

  /// A job needs four descriptors (two pipes, its input, its pidfd) while it starts and three while it runs, and its
  /// client one.
  private static func descriptorWarning(_ configuration: WorkerConfiguration) -> String? {
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
    let needed = 5 * configuration.concurrency + configuration.waiting + 100
    guard limit.rlim_cur < rlim_t(needed) else { return nil }
    return "\(configuration.concurrency) jobs at once and \(configuration.waiting) waiting requests need about "
      + "\(needed) open files, and the limit is \(limit.rlim_cur): raise it (ulimit -n)"
  }
}
