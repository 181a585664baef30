/// All transfers of one loop, and the connections that they share. Used by the loop's thread alone.
final class TransferTable {
  /// Deadlines closer together than this are looked at together.
  private static let sweepSpacing = Duration.milliseconds(20)
  /// The longest wait when there is nothing to wait for.
  private static let longestWait = Duration.seconds(60)

  private let multi: MultiHandle
  private let clock = LoopClock()
  private let constants: Transfer.Constants
  private let keptHandles: Int
  private var running: [Transfer] = []
  /// Handles without a transfer, their constant options set.
  private var idle: [Transfer] = []
  /// Not later than the first deadline of any transfer. Deadlines move with every byte, so this one may be early; the
  /// sweep then finds the true one. That is cheaper than an ordered set that each byte would have to change.
  private var nextSweep: ContinuousClock.Instant?

  init(keptConnections: Int, maximumIdleTime: Duration) throws(CurlError) {
    multi = try MultiHandle(keptConnections: keptConnections)
    constants = Transfer.Constants(maximumIdleTime: maximumIdleTime, clock: clock)
    keptHandles = keptConnections
  }

  var waker: MultiHandle.Waker { multi.waker }

  func start(_ call: Call) {
    guard !call.isCancelled else { return call.finish(.failure(.cancelledBeforeStart)) }
    clock.tick()
    do throws(CurlError) {
      let transfer = if let kept = idle.popLast() { kept } else { try Transfer(constants) }
      try transfer.prepare(call)
      try multi.add(transfer.handle)
      transfer.index = running.count
      running.append(transfer)
      call.transfer = transfer
      scheduleSweep(transfer.nextLook)
    } catch {
      call.finish(.failure(error))
    }
  }

  func cancel(_ call: Call) {
    guard let transfer = call.transfer else { return }
    end(transfer, .failure(transfer.error(.cancelled, "cancelled")))
  }

  /// One turn: lets libcurl work, and ends what is done or overdue.
  func advance() {
    clock.tick()
    let isHealthy = multi.perform()
    while let (owner, code) = unsafe multi.nextFinished() {
      let transfer = unsafe Unmanaged<Transfer>.fromOpaque(owner).takeUnretainedValue()
      end(transfer, transfer.outcome(code))
    }
    if !isHealthy {
      // Out of memory, or a fault of libcurl's own: no transfer can be trusted to make progress any more.
      endAll { $0.error(.other, "libcurl could not go on") }
    }
    if let nextSweep, clock.now >= nextSweep { sweep() }
  }

  /// Waits for the sockets, for a waker or for the next deadline.
  func wait() {
    let time = nextSweep.map { min($0 - clock.now, Self.longestWait) } ?? Self.longestWait
    if !multi.wait(milliseconds: Int32(time.wholeMilliseconds)) { Pause.short() }
  }

  /// Ends every transfer. The table must not be used afterwards.
  func close() {
    endAll { $0.error(.closed, CurlError.closed.message) }
  }

  private func end(_ transfer: Transfer, _ outcome: Call.Outcome) {
    guard let call = transfer.call else { return }
    multi.remove(transfer.handle)
    let last = running.removeLast()
    if last !== transfer {
      running[transfer.index] = last
      last.index = transfer.index
    }
    transfer.clear()
    // A handle whose transfer failed is thrown away, so that nothing of the failure can show in a later one; one that only
    // connected keeps hold of its connection until it goes.
    if case .success = outcome, idle.count < keptHandles, !call.request.connectOnly { idle.append(transfer) }
    call.finish(outcome)
  }

  private func endAll(_ error: (Transfer) -> CurlError) {
    while let transfer = running.last { end(transfer, .failure(error(transfer))) }
  }

  /// Ends overdue transfers and finds the next deadline. Backwards, because ending one moves the last into its place.
  private func sweep() {
    nextSweep = nil
    for index in running.indices.reversed() {
      let transfer = running[index]
      if let code = transfer.overdue {
        end(transfer, .failure(transfer.error(code, code == .idleTimeout ? "silence" : "no complete answer in time")))
      } else {
        scheduleSweep(transfer.nextLook)
      }
    }
  }

  private func scheduleSweep(_ moment: ContinuousClock.Instant?) {
    guard let moment else { return }
    let spaced = max(moment, clock.now + Self.sweepSpacing)
    nextSweep = min(nextSweep ?? spaced, spaced)
  }
}
