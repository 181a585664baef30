import Locks
import TestSupport

@testable import Server

/// Runs shell scripts as jobs and keeps what they wrote.
struct JobProbe {
  struct Result {
    let end: JobEnd
    let lines: [OutputLine]
    let wasLimited: Bool

    func text(_ stream: OutputLine.Stream = .stdout) -> [String] {
      lines.filter { $0.stream == stream }.map(\.text)
    }
  }

  let runner: JobRunner

  init(_ runner: JobRunner? = nil) throws {
    self.runner = try runner ?? JobRunner()
  }

  func sh(
    _ script: String, environment: [String] = ["PATH=/usr/bin:/bin"], input: [UInt8] = [], timeLimit: Duration? = nil,
    killAfter: Duration = .seconds(10), limits: OutputLimits = OutputLimits(),
    onLine: @escaping @Sendable (String) -> Void = { _ in }
  ) async -> Result {
    await run(
      Job(
        Command(words: "/bin/sh", "-c", script), environment: CStringList(environment), input: input,
        timeLimit: timeLimit, killAfter: killAfter, outputLimits: limits), onLine: onLine)
  }

  func run(_ job: Job, onLine: @escaping @Sendable (String) -> Void = { _ in }) async -> Result {
    let events = Locked<[OutputEvent]>([])
    var job = job
    job.output = { event in
      events.withLock { $0.append(event) }
      if case .line(let line) = event { onLine(line.text) }
    }
    let end = await runner.run(job)
    var lines: [OutputLine] = []
    var wasLimited = false
    for event in events.withLock({ $0 }) {
      switch event {
      case .line(let line): lines.append(line)
      case .limitReached: wasLimited = true
      }
    }
    return Result(end: end, lines: lines, wasLimited: wasLimited)
  }
}

/// Bytes that look random and are the same every time.
func pattern(count: Int, seed: UInt64 = 1) -> [UInt8] {
  var generator = SeededRandom(seed: seed)
  return (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next() >> 32) }
}
