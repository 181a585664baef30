import CProcess
import Glibc

extension SpawnerLoop {
  func handle(_ token: UInt64) {
    // Its end may have come earlier in the same batch of events.
    guard let job = jobs[token >> 2] else { return }
    switch EventSource(rawValue: token & 3) {
    case .stdout: if read(job.stdout, of: job) == .endOfStream { end(&job.stdout, of: job) }
    case .stderr: if read(job.stderr, of: job) == .endOfStream { end(&job.stderr, of: job) }
    case .process: finish(job, number: token >> 2)
    case .waker, nil: break
    }
  }

  private enum Reading: Equatable {
    case bytes(Int)
    case nothingNow, endOfStream
  }

  /// Reads once, at most `limit` bytes.
  private func read(_ pipe: RunningJob.OutputPipe?, of job: RunningJob, limit: Int = .max) -> Reading {
    guard let pipe else { return .nothingNow }
    let wanted = min(limit, buffer.count)
    let number = pipe.readEnd.number
    let count = unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(number, $0.baseAddress, wanted) }
    guard count > 0 else { return count < 0 && (errno == EAGAIN || errno == EINTR) ? .nothingNow : .endOfStream }
    // The array itself, without a copy: only a local one can lend a span.
    let bytes = buffer
    job.output.append(bytes.span.extracting(first: count), from: pipe.stream, emit: job.emit)
    return .bytes(count)
  }

  /// No more is read from the pipe; what came without a line break is a line now.
  func end(_ pipe: inout RunningJob.OutputPipe?, of job: RunningJob) {
    guard let open = pipe else { return }
    job.output.end(open.stream, emit: job.emit)
    if open.isWatched { poll.remove(open.readEnd.number) }
    pipe = nil
  }

  /// What is in the pipe at this moment, and no more: a background child may hold it open and write into it for ever.
  private func drain(_ pipe: RunningJob.OutputPipe?, of job: RunningJob) {
    guard let pipe else { return }
    var pending = Int(cprocess_pending(pipe.readEnd.number))
    while pending > 0, case .bytes(let count) = read(pipe, of: job, limit: pending) { pending -= count }
  }

  /// The process has ended, perhaps: an event may also be idle.
  private func finish(_ job: RunningJob, number: UInt64) {
    guard let process = job.processDescriptor?.number else { return }
    var status = cprocess_end()
    guard unsafe cprocess_peek(process, &status) == 0 else { return }
    // In the order of `watchOutput`.
    drain(job.stderr, of: job)
    drain(job.stdout, of: job)
    end(&job.stdout, of: job)
    end(&job.stderr, of: job)
    // Before it is reaped, while the zombie keeps the group's number ours. A job that ended by itself keeps its
    // background children.
    if job.stop != nil { signalGroup(of: job.processID, SIGKILL) }
    processes.remove(job.processID)
    poll.remove(process)
    _ = cprocess_reap(process)
    // Everything is closed before the news is out: whoever hears of it may start the next job at once.
    job.processDescriptor = nil
    jobs[number] = nil
    expectOrphans()
    let outcome: JobEnd.Outcome =
      status.by_signal != 0 ? .signalled(number: status.value) : .exited(code: status.value)
    job.wait.post(
      .ended(
        JobEnd(
          outcome: outcome, stop: job.stop, duration: .now - job.started, processID: job.processID,
          tail: job.output.tail, outputBytes: job.output.totalBytes, droppedBytes: job.output.droppedBytes)))
  }
}
