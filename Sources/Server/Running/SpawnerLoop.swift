import CProcess
import Glibc

/// What one spawner's thread does: start jobs, read what they write, see them end. Never leaves its thread.
final class SpawnerLoop {
  private let inbox: SpawnerInbox
  let processes: ProcessTable
  let poll: Poll
  var jobs: [UInt64: RunningJob] = [:]
  private var lastNumber: UInt64 = 0
  /// Not later than the earliest deadline of any job; nil without deadlines.
  private var deadline: ContinuousClock.Instant?
  private var isFinishing = false
  private var isTerminating = false
  var buffer = [UInt8](repeating: 0, count: 64 * 1024)
  private var tokens: [UInt64] = []
  private var programs = ProgramMemory()
  /// Only process 1 is given other processes' orphans.
  private let orphanInterval: Duration? = getpid() == 1 ? .seconds(15) : nil
  private var orphansAt: ContinuousClock.Instant

  init(inbox: SpawnerInbox, processes: ProcessTable) throws(JobStartError) {
    self.inbox = inbox
    self.processes = processes
    orphansAt = .now
    poll = try Poll()
    try poll.add(inbox.waker.number, token: EventSource.waker.rawValue)
  }

  func run() {
    var orders: [SpawnerInbox.Order] = []
    while !(isFinishing && jobs.isEmpty && orders.isEmpty) {
      // A start holds this thread until the child has exec'd; one order a round, so that jobs that end meanwhile
      // do not wait for a row of others to start.
      if orders.isEmpty { orders = inbox.take(beforeSleeping: true).reversed() }
      if let order = orders.popLast() {
        follow(order)
        poll.wait(milliseconds: 0, into: &tokens)
      } else {
        poll.wait(milliseconds: milliseconds(), into: &tokens)
      }
      for token in tokens {
        if token == EventSource.waker.rawValue { inbox.seeWake() } else { handle(token) }
      }
      actByClock()
    }
  }

  private func follow(_ order: SpawnerInbox.Order) {
    switch order {
    case .start(let job, let wait): start(job, wait)
    case .terminate(let wait, let reason):
      guard let job = jobs.values.first(where: { $0.wait === wait }) else { return }
      job.terminate(because: reason, killAfter: job.killAfter)
      note(job.deadline)
    case .terminateAll(let killAfter):
      isTerminating = true
      for job in jobs.values {
        job.terminate(because: .shutdown, killAfter: killAfter)
        note(job.deadline)
      }
    case .finish: isFinishing = true
    }
  }

  private func start(_ job: Job, _ wait: JobWait) {
    let began = ContinuousClock.now
    do throws(JobStartError) {
      guard !isTerminating else { throw JobStartError(.shuttingDown, "the server is shutting down") }
      let running = try process(of: job, wait)
      lastNumber += 1
      do throws(JobStartError) {
        if let process = running.processDescriptor?.number { try watch(process, .process, of: lastNumber) }
      } catch {
        // The kernel's limit of watches (epoll(7), max_user_watches): nobody would see the job's end.
        processes.abandon(running.processID)
        throw error
      }
      jobs[lastNumber] = running
      note(running.deadline)
    } catch {
      wait.post(.ended(JobEnd(outcome: .notStarted(error), duration: .now - began)))
    }
  }

  private func process(of job: Job, _ wait: JobWait) throws(JobStartError) -> RunningJob {
    let program = try programs.find(job.command.program, in: job.searchPath)
    do throws(JobStartError) {
      return try RunningJob(job, path: program.path, wait: wait, processes: processes)
    } catch {
      guard program.isRemembered, error.code == .programNotFound || error.code == .notExecutable else { throw error }
      // It may be in another directory now.
      programs.forget()
      return try process(of: job, wait)
    }
  }

  private func watch(_ descriptor: Int32, _ source: EventSource, of number: UInt64) throws(JobStartError) {
    try poll.add(descriptor, token: number << 2 | source.rawValue)
  }

  /// From now on what the job writes is read as it comes.
  private func watchOutput(of job: RunningJob, number: UInt64, now: ContinuousClock.Instant) {
    // At the kernel's limit of watches: tried again.
    job.watchAt = now + RunningJob.unwatchedTime
    // Errors first: of descriptors that are ready when they are added, the first added is reported first, and a flood
    // on the other stream may use up the limit of what is logged.
    for pipe in [job.stderr, job.stdout] {
      guard let pipe, !pipe.isWatched else { continue }
      let source: EventSource = pipe.stream == .stderr ? .stderr : .stdout
      guard (try? watch(pipe.readEnd.number, source, of: number)) != nil else { return }
      pipe.isWatched = true
    }
    job.watchAt = nil
  }

  private func note(_ new: ContinuousClock.Instant?) {
    guard let new else { return }
    deadline = min(deadline ?? new, new)
  }

  private func actByClock() {
    if let deadline, deadline <= .now {
      let now = ContinuousClock.now
      self.deadline = nil
      for (number, job) in jobs {
        if let time = job.watchAt, time <= now { watchOutput(of: job, number: number, now: now) }
        job.act(at: now)
        note(job.deadline)
      }
    }
    if let orphanInterval, orphansAt <= .now {
      orphansAt = .now + (processes.reapOrphans() ? orphanInterval : .milliseconds(50))
    }
  }

  /// A job has ended, and what it left behind may be ours now. Jobs that each leave something would fill the system's
  /// table of processes long before the next regular look.
  func expectOrphans() {
    if orphanInterval != nil { orphansAt = min(orphansAt, .now + .seconds(1)) }
  }

  /// Until the next deadline, rounded up, so that it has come when the poll returns.
  private func milliseconds() -> Int32 {
    let next = [deadline, orphanInterval.map { _ in orphansAt }].compactMap(\.self).min()
    guard let next else { return -1 }
    let wait = max(.zero, next - .now).components
    let milliseconds = min(wait.seconds, 3600) * 1000 + wait.attoseconds / 1_000_000_000_000_000 + 1
    return Int32(milliseconds)
  }
}

/// What an event is about, in the two low bits of its token; above them is the job's number. Numbers, not addresses:
/// an event that comes late then finds no job instead of freed memory.
enum EventSource: UInt64 {
  case stdout, stderr, process, waker
}
