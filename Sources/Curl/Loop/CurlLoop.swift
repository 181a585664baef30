internal import Glibc
internal import Synchronization

/// The one thread that owns all transfers, and the executor of the tasks that make them.
///
/// A task that prefers this executor runs on the loop's thread, between two looks at the sockets: there a transfer is
/// started and its caller resumed without a lock, a wake-up or a change of threads. Everything that runs here shares
/// one core, so nothing here may block or compute for long.
///
/// Jobs are never stranded: those that are enqueued after the loop has ended, and those that it has not got to when it
/// ends, run on the global concurrent executor.
final class CurlLoop: TaskExecutor, @unchecked Sendable {
  private let inbox: LoopInbox
  /// The loop's thread while it runs, 0 before and after; a thread's identity may be given to another one later.
  private let thread = Atomic<pthread_t>(0)

  // Used by the loop's thread alone, from here on.
  /// Nil once the loop has ended, and with it all connections.
  private var transfers: TransferTable?
  private var ready: [UnownedJob] = []
  private var running: [UnownedJob] = []

  init(keptConnections: Int, maximumIdleTime: Duration) throws(CurlError) {
    let transfers = try TransferTable(keptConnections: keptConnections, maximumIdleTime: maximumIdleTime)
    self.transfers = transfers
    inbox = LoopInbox(waker: transfers.waker)
  }

  var isCurrentThread: Bool { thread.load(ordering: .relaxed) == pthread_self() }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    if isCurrentThread {
      ready.append(job)
    } else if !inbox.post(job) {
      globalConcurrentExecutor.enqueue(job)
    }
  }

  func start(_ call: Call) {
    if isCurrentThread {
      obey(.start(call))
    } else if !inbox.post(.start(call)) {
      call.finish(.failure(.closed))
    }
  }

  func cancel(_ call: Call) {
    call.markCancelled()
    if isCurrentThread {
      obey(.cancel(call))
    } else {
      // Refused only once the loop has ended, and then no call is left.
      _ = inbox.post(.cancel(call))
    }
  }

  /// Ends the loop soon. Does not wait for it, and may be called on it.
  func close() { inbox.close() }

  /// The life of the thread.
  func run() {
    thread.store(pthread_self(), ordering: .relaxed)
    var mail = LoopInbox.Mail()
    while let transfers {
      inbox.take(into: &mail)
      if mail.isClosing { break }
      for command in mail.commands { obey(command) }
      run(mail.jobs)
      runReadyJobs()
      transfers.advance()
      if ready.isEmpty, inbox.maySleep() { transfers.wait() }
    }
    end(mail)
  }

  private func obey(_ command: LoopInbox.Command) {
    switch command {
    case .start(let call):
      if let transfers { transfers.start(call) } else { call.finish(.failure(.closed)) }
    case .cancel(let call):
      transfers?.cancel(call)
    }
  }

  /// How many times the jobs made ready by other jobs are run as well before the next look at the sockets.
  private static let generations = 16

  /// Runs the jobs that are ready now, and those that they make ready. A look at the sockets costs a system call for
  /// each transfer that waits, so it should find as much to do as there is; but a task that never rests must not starve
  /// the transfers, hence the limit.
  private func runReadyJobs() {
    var generation = 0
    while !ready.isEmpty, generation < Self.generations {
      swap(&ready, &running)
      run(running)
      running.removeAll(keepingCapacity: true)
      generation += 1
    }
  }

  private func run(_ jobs: [UnownedJob]) {
    for job in jobs { unsafe job.runSynchronously(on: asUnownedTaskExecutor()) }
  }

  /// Ends every transfer and hands every job on.
  private func end(_ last: LoopInbox.Mail) {
    transfers?.close()
    // Nobody wakes the handle any more once the inbox has ended; only then may it go.
    let late = inbox.end()
    transfers = nil
    for command in last.commands + late.commands { obey(command) }
    let jobs = last.jobs + late.jobs + ready
    ready = []
    thread.store(0, ordering: .relaxed)
    for job in jobs { globalConcurrentExecutor.enqueue(job) }
  }
}
