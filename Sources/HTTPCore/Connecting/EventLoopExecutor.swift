import NIOCore

/// Runs tasks on an event loop, so that a request is parsed, answered and written without changing threads: a change
/// costs more than the rest of a small exchange.
final class EventLoopExecutor: TaskExecutor {
  let eventLoop: any EventLoop

  init(_ eventLoop: any EventLoop) {
    self.eventLoop = eventLoop
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let executor = unsafe asUnownedTaskExecutor()
    eventLoop.execute { unsafe job.runSynchronously(on: executor) }
  }
}
