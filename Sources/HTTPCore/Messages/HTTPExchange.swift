import Locks
import NIOCore

/// The live side of a request that is being answered: given to the responder beside the request.
package struct HTTPExchange: Sendable {
  private let connection: ConnectionHandle?
  private let number: Int
  private let clientGone: Latch

  init(connection: ConnectionHandle, number: Int, clientGone: Latch) {
    self.connection = connection
    self.number = number
    self.clientGone = clientGone
  }

  private init() {
    connection = nil
    number = 0
    clientGone = Latch()
  }

  /// An exchange without a connection, to call a responder directly: interim answers go nowhere, the client stays.
  package static func unconnected() -> HTTPExchange { HTTPExchange() }

  /// Sends an interim answer such as 102 (Processing). Does nothing for a client that speaks HTTP/1.0, which does not
  /// know them (RFC 9110, section 15.2), after the final answer began, while the client does not read, and for a status
  /// that is not 100 or 102 to 199.
  package func sendInterim(_ status: Int) {
    let number = number
    connection?.perform { $0.sendInterim(status, exchange: number) }
  }

  /// The IP address that the request came from; nil for a Unix socket.
  package var peerAddress: String? { connection?.peer?.ipAddress }

  /// True once the client has closed the connection or it was reset.
  ///
  /// A client that has only shut down its sending side is still there and gets its answer. On TCP that looks, at first,
  /// the same as a close, so a client of HTTP/1.1 is then sent one interim 102, which a closed peer answers with a reset.
  /// A client of HTTP/1.0 cannot be asked and is taken to be there until a write fails.
  package var isClientGone: Bool { clientGone.isOpen }

  /// Returns once the client is gone as `isClientGone` has it, or when the task is cancelled.
  package func untilClientGone() async { await clientGone.wait() }

  /// Calls `action` once, when the client is gone as `isClientGone` has it, unless the watch has been ended before.
  package func whenClientGone(_ action: @escaping @Sendable () -> Void) -> ClientWatch {
    ClientWatch(clientGone: clientGone, number: clientGone.whenOpen(action))
  }
}

/// What waits for a client to go. A connection outlives the request, so the watch has to be ended with it.
package struct ClientWatch: Sendable {
  fileprivate let clientGone: Latch
  fileprivate let number: Int

  package func end() { clientGone.forget(number) }
}

/// Answers one request. Runs on the connection's event loop unless it hops away itself, so it must not block.
package typealias HTTPResponder = @Sendable (HTTPRequest, HTTPExchange) async -> HTTPResponse
