import NIOCore

/// The way to a pool from wherever the caller is.
struct BoundPool: Sendable {
  private let pool: NIOLoopBoundBox<ConnectionPool>

  init(_ pool: sending ConnectionPool, eventLoop: any EventLoop) {
    self.pool = .makeBoxSendingValue(pool, eventLoop: eventLoop)
  }

  /// Runs `action` on the pool's event loop: at once if that is where the caller is, else soon.
  func perform(_ action: @escaping @Sendable (ConnectionPool) -> Void) {
    if pool.eventLoop.inEventLoop {
      action(pool.value)
    } else {
      pool.eventLoop.execute { action(pool.value) }
    }
  }
}
