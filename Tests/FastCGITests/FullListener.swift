import Foundation
import Glibc

/// A Unix socket that listens, never answers, and whose backlog is full.
final class FullListener: @unchecked Sendable {
  private let listener: Int32
  private let path: String
  private var waiting: [Int32] = []

  struct Failure: Error { let errno: Int32 }

  init(path: String) throws {
    self.path = path
    listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard unsafe Self.call(bind, listener, path) == 0, listen(listener, 0) == 0 else { throw Failure(errno: errno) }
    while true {
      let client = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
      let result = unsafe Self.call(connect, client, path)
      let code = errno
      guard result == 0 else {
        close(client)
        guard code == EAGAIN else { throw Failure(errno: code) }
        return
      }
      waiting.append(client)
    }
  }

  deinit {
    for client in waiting { close(client) }
    close(listener)
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Makes room in the backlog, for one client, whose connection is then closed as well.
  func closeWaiting() {
    for _ in 0...waiting.count { close(accept(listener, nil, nil)) }
  }

  private static func call(
    _ function: (Int32, UnsafePointer<sockaddr>?, socklen_t) -> Int32, _ socket: Int32, _ path: String
  ) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8.prefix(107)) }
    return unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe function(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }
}
