import Foundation

/// A server that does what a script says: for tests of clients, and for peers that misbehave.
///
///     let peer = try ScriptedPeer { _ in [.readRequest, .send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), .close] }
///     ... send a request to peer.url ...
///     #expect(peer.record.requests.count == 1)
///
/// Each connection has a thread, which runs the steps of its script in turn and then holds the connection until the
/// client closes it. The peer stops when it is released.
package final class ScriptedPeer: Sendable {
  package enum Place: Sendable {
    /// A free port of 127.0.0.1.
    case loopback
    case unix(path: String)
  }

  package enum Step: Sendable {
    /// Reads a request, its body by its Content-Length included, and records it.
    case readRequest
    /// Reads and records the header of a request, and no more of its body than came with it.
    case readHead
    /// Reads at least that many bytes, and drops them.
    case readBytes(Int)
    case sendBytes([UInt8])
    /// One byte at a time, with a pause before each.
    case dribble([UInt8], every: Duration)
    case pause(Duration)
    /// Waits until the peer as a whole has recorded that many requests.
    case awaitRequests(Int)
    /// Reads requests and sends each this answer, until the client closes.
    case answerAll([UInt8])
    case close
    /// Closes so that the client sees a reset.
    case reset

    package static func send(_ text: String) -> Step { .sendBytes(Array(text.utf8)) }
    package static func answerAll(_ text: String) -> Step { .answerAll(Array(text.utf8)) }
  }

  package struct Request: Sendable {
    /// As it came over the wire.
    package let bytes: [UInt8]
    /// The number of its connection, from 0.
    package let connection: Int
    package let headerLength: Int

    package var text: String { String(decoding: bytes, as: UTF8.self) }
    package var body: [UInt8] { Array(bytes[headerLength...]) }
    /// Request line and header lines, without their line ends.
    package var lines: [String] {
      String(decoding: bytes[..<headerLength], as: UTF8.self).split(separator: "\r\n").map(String.init)
    }
  }

  /// What has happened so far.
  package struct Record: Sendable {
    package var connectionCount = 0
    package var requests: [Request] = []
    /// Connections that the client closed before the script did.
    package var closedByClient = 0
    /// Connections that their script has closed or reset.
    package var closedByScript = 0
  }

  /// Await changes with `record.wait { $0.requests.count == 2 }`.
  package let events = TestSignal(Record())
  package var record: Record { events.current }
  /// The port on 127.0.0.1, 0 for a Unix socket.
  package let port: Int
  private let sockets: Sockets

  package var url: String { port == 0 ? "http://localhost" : "http://127.0.0.1:\(port)" }

  /// Binds, listens and serves. The script is asked for once for each connection, which are counted from 0.
  ///
  /// The kernel receives for a script that does not read, up to tens of megabytes; `receiveBuffer` bounds that.
  package init(
    at place: Place = .loopback, receiveBuffer: Int32? = nil, _ script: @escaping @Sendable (Int) -> [Step]
  ) throws {
    let (listener, port) = try Sockets.listen(at: place, backlog: 1024, receiveBuffer: receiveBuffer)
    let sockets = Sockets(listener)
    self.sockets = sockets
    self.port = port
    let events = events
    Self.startThread {
      var number = 0
      while let socket = sockets.accept() {
        let connection = Connection(socket: socket, number: number, sockets: sockets, events: events)
        let steps = script(number)
        events.update { $0.connectionCount += 1 }
        Self.startThread { connection.run(steps) }
        number += 1
      }
    }
  }

  /// A peer that listens and never accepts, with a full backlog: connecting to it hangs until it is given up.
  package static func unreachable() throws -> ScriptedPeer { try ScriptedPeer() }

  private init() throws {
    let (listener, port) = try Sockets.listen(at: .loopback, backlog: 0)
    sockets = Sockets(listener)
    self.port = port
    sockets.fillBacklog(port: port)
  }

  deinit { sockets.stop() }

  /// Closes everything, now.
  package func stop() { sockets.stop() }

  private static func startThread(_ body: @escaping @Sendable () -> Void) {
    let thread = Thread(block: body)
    thread.stackSize = 256 << 10
    thread.start()
  }
}
