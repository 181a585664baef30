import CProcess
import Glibc

/// One job's process, from its start until it is reaped. Belongs to one spawner's thread.
final class RunningJob {
  /// The read end of one of the job's output pipes.
  final class OutputPipe {
    let stream: OutputLine.Stream
    let readEnd: Descriptor
    /// The loop hears when there is something to read.
    var isWatched = false

    init(_ stream: OutputLine.Stream, readEnd: consuming Descriptor) {
      self.stream = stream
      self.readEnd = readEnd
    }
  }

  /// For so long nobody looks at what a job writes; 64 KiB fit into each pipe meanwhile (pipe(7)). A short job ends
  /// before that, and one event instead of three is all that is heard of it.
  static let unwatchedTime = Duration.milliseconds(5)

  let processID: pid_t
  /// Readable when the process has ended; nil once it is reaped.
  var processDescriptor: Descriptor?
  var stdout: OutputPipe?
  var stderr: OutputPipe?
  var output: JobOutput
  let wait: JobWait
  let emit: @Sendable (OutputEvent) -> Void
  let started: ContinuousClock.Instant
  let killAfter: Duration
  let tickInterval: Duration?
  var stop: JobEnd.Stop?
  var terminateAt: ContinuousClock.Instant?
  var killAt: ContinuousClock.Instant?
  var tickAt: ContinuousClock.Instant?
  /// When the pipes are to be watched; nil once they are.
  var watchAt: ContinuousClock.Instant?

  /// The next moment at which something has to be done about this job by the clock.
  var deadline: ContinuousClock.Instant? {
    [terminateAt, killAt, tickAt, watchAt].compactMap(\.self).min()
  }

  /// Starts the process from the program at `path`. Throws when it could not be started; then nothing of it is left.
  init(_ job: Job, path: String, wait: JobWait, processes: ProcessTable) throws(JobStartError) {
    started = .now
    let out = try Pipe()
    let err = try Pipe()
    let child = StandardDescriptors(
      input: try Descriptor(memoryFile: job.input), output: out.writeEnd, errors: err.writeEnd)
    var (pidfd, failed) = (Int32(-1), CPROCESS_STEP_PROCESS)
    let processID = processes.start {
      let start = child.spawn(path, job)
      (pidfd, failed) = (start.pidfd, start.failed)
      return start.result
    }
    guard processID > 0 else { throw JobStartError(starting: path, job, at: failed, errorNumber: -processID) }
    processDescriptor = Descriptor(owning: pidfd)
    self.processID = processID
    stdout = OutputPipe(.stdout, readEnd: out.readEnd)
    stderr = OutputPipe(.stderr, readEnd: err.readEnd)
    output = JobOutput(limits: job.outputLimits)
    self.wait = wait
    emit = job.output
    killAfter = job.killAfter
    tickInterval = job.tickInterval
    terminateAt = job.timeLimit.map { started + $0 }
    tickAt = job.tickInterval.map { started + $0 }
    watchAt = started + Self.unwatchedTime
  }

  /// Tells the job to stop: SIGTERM to its group now, SIGKILL after ``killAfter``.
  func terminate(because reason: JobEnd.Stop, killAfter: Duration) {
    terminateAt = nil
    let limit = ContinuousClock.now + killAfter
    killAt = min(killAt ?? limit, limit)
    guard stop == nil else { return }
    stop = reason
    signalGroup(of: processID, SIGTERM)
  }

  /// Does what the clock asks for.
  func act(at now: ContinuousClock.Instant) {
    if let time = terminateAt, time <= now { terminate(because: .timeLimit, killAfter: killAfter) }
    if let time = killAt, time <= now {
      killAt = nil
      signalGroup(of: processID, SIGKILL)
    }
    if let time = tickAt, let tickInterval, time <= now {
      tickAt = now + tickInterval
      wait.post(.tick)
    }
  }
}
