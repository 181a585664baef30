import FastCGI
import Locks

/// One call of an application, as whoever makes it sees it.
final class ApplicationCall: Sendable {
  private let call: Result<FastCGICall, FastCGIError>
  private let calls: ApplicationCalls
  private let errors: ErrorLines
  private let timeLimit: Duration?
  private let tickInterval: Duration
  private let stop = Locked<JobEnd.Stop?>(nil)

  init(
    _ call: Result<FastCGICall, FastCGIError>, calls: ApplicationCalls, errors: ErrorLines, timeLimit: Duration?,
    tickInterval: Duration
  ) {
    self.call = call
    self.calls = calls
    self.errors = errors
    self.timeLimit = timeLimit
    self.tickInterval = tickInterval
  }

  /// Gives the call up and closes its connection. There is no signal that would tell the script.
  func terminate(because reason: JobEnd.Stop) {
    stop.withLock { $0 = $0 ?? reason }
    try? call.get().cancel()
  }

  /// Makes the call and returns how it ended; only one task may.
  ///
  /// `whileRunning` is called every so often, as the rules have it.
  func end(whileRunning: @escaping @Sendable () -> Void) async -> JobEnd {
    let started = ContinuousClock.now
    let clock = CallClock(started, timeLimit: timeLimit, tickInterval: tickInterval)
    calls.begin(self)
    let answer: Result<FastCGIAnswer, FastCGIError>
    do throws(FastCGIError) {
      let call = try call.get()
      answer = .success(
        try await call.answer(checkingAfter: clock.first) {
          clock.check(at: .now, onLimit: { self.terminate(because: .timeLimit) }, onTick: whileRunning)
        })
    } catch {
      answer = .failure(error)
    }
    calls.end(self)
    var end = JobEnd(outcome: .noAnswer, duration: started.duration(to: .now))
    let (errorBytes, droppedBytes) = errors.end()
    end.outputBytes = errorBytes
    end.droppedBytes = droppedBytes
    switch answer {
    case .success(let answer): end.take(answer)
    case .failure(let error) where error.code == .cancelled:
      // Without a reason of ours it was the task that was cancelled, by a server that has waited long enough.
      end.stop = stop.withLock(\.self) ?? .shutdown
    case .failure(let error):
      end.outcome = error.isUnreachable ? .unreachable(reason: error.message) : .broken(reason: error.message)
    }
    return end
  }
}

extension JobEnd {
  /// An error page of a debugging application has some 300 kB, with what matters at its beginning, at its end, or both.
  fileprivate mutating func take(_ answer: FastCGIAnswer) {
    outcome = .answered(status: answer.status)
    outputBytes += answer.bodyLength
    if answer.bodyLength <= answer.bodyStart.count + answer.bodyEnd.count {
      tail = answer.bodyStart + answer.bodyEnd.suffix(answer.bodyLength - answer.bodyStart.count)
    } else {
      tail = answer.bodyStart + Array("\n[…]\n".utf8) + answer.bodyEnd
    }
    if !succeeded, let text = answer.header("Retry-After"), text.utf8.count <= 64,
      text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F })
    {
      retryAfter = text
    }
  }
}

extension FastCGIError {
  /// The application is not there, or takes nothing more at this time: the request itself was not at fault.
  fileprivate var isUnreachable: Bool { hasNotRun && code != .invalidRequest }
}
