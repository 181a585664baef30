import NIOCore
import NIOPosix

/// The connections of one event loop; touched there alone.
final class ConnectionPool {
  let address: FastCGIAddress
  let limits: FastCGILimits
  private let kept: Int
  private let eventLoop: any EventLoop
  /// The one that was used last comes last, and is used next: so those that are too many grow old and close.
  private var idle: [Connection] = []
  private var queue = AcceptQueue()
  private var nextNumber = 0
  private var isLooking = false
  private var isClosed = false

  init(address: FastCGIAddress, limits: FastCGILimits, kept: Int, eventLoop: any EventLoop) {
    self.address = address
    self.limits = limits
    self.kept = kept
    self.eventLoop = eventLoop
  }

  func start(_ call: Call) {
    guard !call.isCancelled else {
      call.finish(.failure(.cancelled))
      return
    }
    call.startChecking(on: eventLoop)
    if let connection = idle.popLast() {
      connection.carry(call)
    } else {
      connect(for: call)
    }
  }

  func cancel(_ call: Call) {
    let connection = call.connection
    call.finish(.failure(.cancelled))
    connection?.abort()
  }

  /// Gives the call a connection of its own.
  func connect(for call: Call) {
    call.connectDeadline = .now() + TimeAmount(limits.connectTime)
    attempt(for: call)
  }

  /// The connection has answered and can carry another request.
  func release(_ connection: Connection) {
    let now = NIODeadline.now()
    guard !isClosed, idle.count < kept, queue.overdue(at: now) == 0 else {
      connection.close()
      return
    }
    idle.append(connection)
    connection.rest(since: now)
  }

  /// The application has sent the first byte on the connection.
  func accepted(_ connection: Connection) {
    queue.accepted(connection.number)
  }

  func closed(_ connection: Connection) {
    queue.closed(connection.number)
    if let place = idle.lastIndex(where: { $0 === connection }) { idle.remove(at: place) }
  }

  func close() {
    isClosed = true
    for connection in idle { connection.close() }
  }

  private func attempt(for call: Call) {
    let connection = NIOLoopBound(Connection(pool: self), eventLoop: eventLoop)
    let target: SocketAddress
    do {
      target = try address.socketAddress()
    } catch {
      call.finish(.failure(FastCGIError(connecting: error, to: address)))
      return
    }
    ClientBootstrap(group: eventLoop)
      .connectTimeout(call.connectDeadline - .now())
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(connection.value)
        }
      }
      .connect(to: target)
      .assumeIsolated()
      .whenComplete { result in
        switch result {
        case .success: self.connected(connection.value, for: call)
        case .failure(let error): self.failed(error, for: call)
        }
      }
  }

  private func connected(_ connection: Connection, for call: Call) {
    nextNumber += 1
    connection.number = nextNumber
    guard !call.isOver else {
      connection.close()
      return
    }
    queue.opened(nextNumber, overdueAt: .now() + TimeAmount(limits.acceptTime))
    lookForOverdue()
    connection.carry(call)
  }

  /// A full backlog refuses on a Unix socket, where on TCP it keeps silent: the client has to do the waiting.
  private func failed(_ error: any Error, for call: Call) {
    guard !call.isOver else { return }
    let pause = TimeAmount.milliseconds(20)
    guard (error as? IOError)?.errnoCode == EAGAIN, .now() + pause < call.connectDeadline else {
      call.finish(.failure(FastCGIError(connecting: error, to: address)))
      return
    }
    eventLoop.assumeIsolated().scheduleTask(in: pause) {
      if !call.isOver { self.attempt(for: call) }
    }
  }

  /// Kept connections give way to new ones that wait for a child of php-fpm: see ``FastCGILimits/acceptTime``.
  private func lookForOverdue() {
    guard !isLooking, let time = queue.nextOverdue(after: .now()) else { return }
    isLooking = true
    eventLoop.assumeIsolated().scheduleTask(deadline: time) {
      self.isLooking = false
      for connection in self.idle.prefix(self.queue.overdue(at: .now())) { connection.close() }
      self.lookForOverdue()
    }
  }
}
