import CProcess
import Glibc
import Locks

/// One run of a program to its end, on a thread of its own: it takes as long as it likes, and the threads that tasks run on
/// are few. The program gets no input, and no shell is between.
final class ProgramRun: Sendable {
  struct Limits {
    var time: Duration = .seconds(60)
    /// Bytes of standard output; more is an error.
    var output = CredentialDocument.sizeLimit
    /// Bytes of standard error that are kept, from its beginning.
    var errors = 4_096
  }

  struct Output: Equatable {
    var standardOutput: [UInt8] = []
    var standardError: [UInt8] = []
    /// The exit status, or the negative number of the signal that ended it.
    var status: Int32 = 0
  }

  enum RunError: Error, Equatable {
    /// In half a sentence: `cannot be started: No such file or directory`.
    case notStarted(String)
    case tookTooLong(Duration)
    case saidTooMuch(Int)
    case cancelled
  }

  private let words: [String]
  private let environment: [String: String]
  private let limits: Limits
  private let waker: Descriptor
  private let isCancelled = Locked(false)

  /// The program's group is killed when the task is cancelled, and when a limit is passed.
  static func run(
    _ words: [String], environment: [String: String], limits: Limits = Limits()
  ) async throws(RunError) -> Output {
    let run = try ProgramRun(words, environment: environment, limits: limits)
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { (continuation: CheckedContinuation<Result<Output, RunError>, Never>) in
        run.start { continuation.resume(returning: $0) }
      }
    } onCancel: {
      run.cancel()
    }
    return try result.get()
  }

  private init(_ words: [String], environment: [String: String], limits: Limits) throws(RunError) {
    self.words = words
    self.environment = environment
    self.limits = limits
    waker = try Descriptor(cprocess_waker(), for: "a waker")
  }

  private func cancel() {
    isCancelled.withLock { $0 = true }
    cprocess_wake(waker.number)
  }

  private func start(_ done: @escaping @Sendable (Result<Output, RunError>) -> Void) {
    let failure = WorkerThread.start { [self] in
      let result: Result<Output, RunError>
      do throws(RunError) {
        result = .success(try perform())
      } catch {
        result = .failure(error)
      }
      done(result)
    }
    if let failure { done(.failure(.notStarted("has no thread to run on: \(SmallFile.words(failure))"))) }
  }

  private func perform() throws(RunError) -> Output {
    let path = try ProgramPath.find(words[0], in: environment["PATH"])
    let output = try Pipe()
    let errors = try Pipe()
    let input = try Descriptor(unsafe open("/dev/null", O_RDONLY | O_CLOEXEC), for: "/dev/null")
    let child = try ChildProcess(
      path: path, words: words, environment: environment,
      descriptors: [input.number, output.writeEnd.number, errors.writeEnd.number])
    var reading = ChildOutput(limits: limits, output: output.finishWriting(), errors: errors.finishWriting())
    return try watch(child, &reading)
  }

  private func watch(_ child: borrowing ChildProcess, _ reading: inout ChildOutput) throws(RunError) -> Output {
    let deadline = ContinuousClock.now.advanced(by: limits.time)
    while true {
      let left = ContinuousClock.now.duration(to: deadline)
      let milliseconds = Int32(
        clamping: left.components.seconds * 1_000 + left.components.attoseconds / 1_000_000_000_000_000)
      var fault: RunError?
      if isCancelled.withLock({ $0 }) {
        fault = .cancelled
      } else if left <= .zero {
        fault = .tookTooLong(limits.time)
      } else {
        // Asked before the pipes are read: what it wrote before its end is then there to be read.
        let end = child.end
        reading.readWhatIsThere()
        if reading.isOverLimit { fault = .saidTooMuch(limits.output) }
        // A process that it left behind may keep the pipes open for ever; its own words are all there.
        if fault == nil, let end {
          reading.result.status = end
          return reading.result
        }
      }
      if let fault {
        child.killGroup()
        throw fault
      }
      reading.wait(also: child.pidfd.number, waker.number, milliseconds: max(1, milliseconds))
    }
  }
}
