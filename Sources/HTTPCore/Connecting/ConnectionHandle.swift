import Locks
import NIOCore

/// The way from tasks, and from other event loops, to a connection that lives on its own event loop.
struct ConnectionHandle: Sendable {
  let executor: EventLoopExecutor
  /// nil for a Unix socket.
  let peer: SocketAddress?
  private let connection: NIOLoopBound<HTTPConnection>
  private let clientGone: Latch

  /// Must be called on the executor's event loop.
  init(_ connection: HTTPConnection, peer: SocketAddress?, executor: EventLoopExecutor) {
    self.executor = executor
    self.peer = peer
    self.connection = NIOLoopBound(connection, eventLoop: executor.eventLoop)
    clientGone = connection.clientGone
  }

  /// Runs `action` on the connection's event loop: at once if that is where the caller is, else soon.
  func perform(_ action: @escaping @Sendable (HTTPConnection) -> Void) {
    if executor.eventLoop.inEventLoop {
      action(connection.value)
    } else {
      executor.eventLoop.execute { action(connection.value) }
    }
  }

  /// Answers one request after the other until the connection closes.
  func serve(_ responder: HTTPResponder) async {
    while let incoming = await next() {
      let exchange = HTTPExchange(connection: self, number: incoming.number, clientGone: clientGone)
      let response = await responder(incoming.request, exchange)
      perform { $0.answer(response, exchange: incoming.number) }
    }
  }

  /// The next complete request; nil once the connection is closed.
  private func next() async -> HTTPConnection.Incoming? {
    await withCheckedContinuation { continuation in
      perform { $0.hand(to: continuation) }
    }
  }
}
