import Foundation
import Glibc

extension ScriptedPeer {
  /// The sockets of a ``ScriptedPeer``, so that all can be closed while their threads wait on them.
  final class Sockets: @unchecked Sendable {
    struct SocketError: Error { let call: String, errno: Int32 }

    private let lock = NSLock()
    private let listener: Int32
    private var open: Set<Int32> = []
    private var isStopped = false

    init(_ listener: Int32) { self.listener = listener }

    deinit {
      _ = Glibc.close(listener)
      for socket in open { _ = Glibc.close(socket) }
    }

    static func listen(
      at place: ScriptedPeer.Place, backlog: Int32, receiveBuffer: Int32? = nil
    ) throws -> (socket: Int32, port: Int) {
      let stream = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
      switch place {
      case .loopback:
        let socket = Glibc.socket(AF_INET, stream, 0)
        if var receiveBuffer {
          _ = unsafe setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = loopback(port: 0)
        try check("bind", unsafe withSocketAddress(&address) { unsafe Glibc.bind(socket, $0, $1) })
        try check("listen", Glibc.listen(socket, backlog))
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        try check(
          "getsockname",
          unsafe withSocketAddress(&address) { pointer, _ in unsafe getsockname(socket, pointer, &length) })
        return (socket, Int(UInt16(bigEndian: address.sin_port)))
      case .unix(let path):
        let socket = Glibc.socket(AF_UNIX, stream, 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8.prefix(107)) }
        try check("bind", unsafe withSocketAddress(&address) { unsafe Glibc.bind(socket, $0, $1) })
        try check("listen", Glibc.listen(socket, backlog))
        return (socket, 0)
      }
    }

    /// Connects until the queue of the listener, which nobody accepts from, is full: Linux then drops further attempts.
    func fillBacklog(port: Int) {
      for _ in 0..<8 {
        let client = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        var address = Self.loopback(port: UInt16(port))
        _ = unsafe Self.withSocketAddress(&address) { unsafe Glibc.connect(client, $0, $1) }
        lock.withLock { _ = open.insert(client) }
      }
    }

    /// Nil once stopped.
    func accept() -> Int32? {
      while true {
        let socket = Glibc.accept(listener, nil, nil)
        if socket < 0 {
          // A client that went away before it was accepted, or a signal.
          if errno == ECONNABORTED || errno == EINTR { continue }
          return nil
        }
        let isStopped = lock.withLock {
          open.insert(socket)
          return self.isStopped
        }
        if isStopped { close(socket, reset: false) } else { return socket }
      }
    }

    /// The next bytes; nil at the end or at an error.
    func receive(_ socket: Int32) -> [UInt8]? {
      let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 64 << 10) { buffer, count in
        count = unsafe max(0, recv(socket, buffer.baseAddress, buffer.count, 0))
      }
      return bytes.isEmpty ? nil : bytes
    }

    func send(_ bytes: [UInt8], to socket: Int32) -> Bool {
      unsafe bytes.withUnsafeBytes { buffer in
        var sent = 0
        while sent < buffer.count {
          let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[sent...])
          let count = unsafe Glibc.send(socket, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
          guard count > 0 else { return false }
          sent += count
        }
        return true
      }
    }

    /// Ends early when the peer is stopped.
    func pause(_ socket: Int32, for duration: Duration) {
      let (seconds, attoseconds) = duration.components
      var descriptor = pollfd(fd: socket, events: 0, revents: 0)
      _ = unsafe poll(&descriptor, 1, Int32(seconds * 1000 + attoseconds / 1_000_000_000_000_000))
    }

    func close(_ socket: Int32, reset: Bool) {
      lock.withLock {
        guard open.remove(socket) != nil else { return }
        if reset {
          var option = linger(l_onoff: 1, l_linger: 0)
          _ = unsafe setsockopt(socket, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        }
        _ = Glibc.close(socket)
      }
    }

    /// Wakes every thread that waits on a socket of this peer; each closes its own.
    func stop() {
      lock.withLock {
        isStopped = true
        _ = shutdown(listener, Int32(SHUT_RDWR))
        for socket in open { _ = shutdown(socket, Int32(SHUT_RDWR)) }
      }
    }

    private static func loopback(port: UInt16) -> sockaddr_in {
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = port.bigEndian
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      return address
    }

    private static func withSocketAddress<Address>(
      _ address: inout Address, _ body: (UnsafeMutablePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
      unsafe withUnsafeMutablePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
          unsafe body(pointer, socklen_t(MemoryLayout<Address>.size))
        }
      }
    }

    private static func check(_ call: String, _ result: Int32) throws {
      guard result == 0 else { throw SocketError(call: call, errno: errno) }
    }
  }
}
