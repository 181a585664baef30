import Dispatch
import Glibc

/// A client that sends exactly the bytes it is given and tells exactly what came back. Plain sockets, so that no library
/// repairs what a test breaks on purpose. Every call is bounded in time, and its waiting is done on a queue of its own,
/// never on a thread of Swift's pool.
package final class RawClient: Sendable {
  let descriptor: Int32
  let timeout: Duration
  private let queue = DispatchQueue(label: "raw-client")
  let received = RawInput()

  /// Connects to a port of 127.0.0.1. `receiveBuffer` makes the kernel's receive buffer small, for a peer that is to get
  /// stuck in writing.
  package init(port: Int, timeout: Duration = .seconds(50), receiveBuffer: Int32? = nil) throws {
    self.timeout = timeout
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    descriptor = try RawClient.socket(AF_INET)
    if var receiveBuffer {
      _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(MemoryLayout<Int32>.size))
    }
    var on: Int32 = 1
    _ = unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    try connect(address)
  }

  /// Connects to a Unix socket.
  package init(unixPath: String, timeout: Duration = .seconds(50)) throws {
    self.timeout = timeout
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let path = Array(unixPath.utf8)
    guard path.count < MemoryLayout.size(ofValue: address.sun_path) else {
      throw RawClientError.failed("path", ENAMETOOLONG)
    }
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path) }
    descriptor = try RawClient.socket(AF_UNIX)
    try connect(address)
  }

  deinit { Glibc.close(descriptor) }

  package func send(_ text: String) async throws { try await send(Array(text.utf8)) }

  /// Sends the bytes in writes of that size, each a packet of its own.
  package func send(_ bytes: [UInt8], inPiecesOf size: Int) async throws {
    try await onQueue { client in
      for start in stride(from: 0, to: bytes.count, by: size) {
        try client.sendNow(Array(bytes[start..<min(start + size, bytes.count)]))
      }
    }
  }

  package func send(_ bytes: [UInt8]) async throws { try await onQueue { try $0.sendNow(bytes) } }

  /// Says that nothing more will be sent; receiving goes on.
  package func shutdownSending() { _ = Glibc.shutdown(descriptor, Int32(SHUT_WR)) }

  /// Closes as a program that ends does. The descriptor itself is given back by `deinit`, so that it cannot be reused
  /// under another call: it is replaced by one that leads nowhere.
  package func close() { replaceDescriptor() }

  /// Closes with a reset instead of the usual end.
  package func reset() {
    var linger = linger(l_onoff: 1, l_linger: 0)
    _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
    replaceDescriptor()
  }

  /// The next answer: its interim answers, head, and as much body as its Content-Length says.
  package func receiveAnswer(toHead: Bool = false) async throws -> RawAnswer {
    try await onQueue { try $0.receiveAnswerNow(toHead: toHead) }
  }

  /// Everything up to the end of what the peer sends. Throws `.reset` if the connection is reset instead.
  package func receiveToEnd() async throws -> [UInt8] {
    try await onQueue { client in
      while try client.fill() {}
      return client.received.takeAll()
    }
  }

  /// The next bytes, at least one; empty at the end.
  package func receiveSome() async throws -> [UInt8] {
    try await onQueue { client in
      if client.received.isEmpty { _ = try client.fill() }
      return client.received.takeAll()
    }
  }

  private func onQueue<Value: Sendable>(_ work: @escaping @Sendable (RawClient) throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Result { try work(self) }) }
    }
  }
}

package enum RawClientError: Error, Equatable {
  /// The peer reset the connection.
  case reset
  /// The peer ended the connection inside of an answer.
  case ended
  case timedOut
  case malformed(String)
  case failed(String, Int32)
}
