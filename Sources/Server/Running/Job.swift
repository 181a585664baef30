/// One job to run: a command, its environment and its input.
struct Job: Sendable {
  var command: Command
  /// The whole environment, in the form `NAME=value`.
  var environment: CStringList
  /// The search path for a program without a slash.
  var searchPath: String
  /// The working directory; nil is the server's own.
  var directory: String?
  /// Whom it runs as; nil: as the server.
  var user: JobUser?
  /// The bytes on standard input.
  var input: [UInt8]
  /// How long it may run before it is told to stop; nil: without end.
  var timeLimit: Duration?
  /// From SIGTERM to SIGKILL.
  var killAfter: Duration
  /// How often whoever waits for the job hears that it still runs; nil: never.
  var tickInterval: Duration?
  var outputLimits: OutputLimits
  /// Gets what the job writes, on the spawner's thread: it must return soon.
  var output: @Sendable (OutputEvent) -> Void

  init(
    _ command: Command, environment: CStringList = CStringList(), searchPath: String = ProgramSearch.standardPath,
    directory: String? = nil, user: JobUser? = nil, input: [UInt8] = [], timeLimit: Duration? = nil,
    killAfter: Duration = .seconds(10), tickInterval: Duration? = nil, outputLimits: OutputLimits = OutputLimits(),
    output: @escaping @Sendable (OutputEvent) -> Void = { _ in }
  ) {
    self.command = command
    self.environment = environment
    self.searchPath = searchPath
    self.directory = directory
    self.user = user
    self.input = input
    self.timeLimit = timeLimit
    self.killAfter = killAfter
    self.tickInterval = tickInterval
    self.outputLimits = outputLimits
    self.output = output
  }
}
