import Dispatch
import Glibc
import TestSupport

/// Thousands of connections that bring nothing, or a byte now and then. Bare sockets on one queue: a `RawClient` each would
/// need as many queues.
final class SlowCrowd: Sendable {
  private let port: Int
  private let queue = DispatchQueue(label: "slow-crowd")
  private let sockets = Sockets()

  init(port: Int) { self.port = port }

  /// Connects more, each with the next of the openings, until there are so many.
  func grow(to count: Int, openings: [String]) async throws {
    let openings = openings.map { Array($0.utf8) }
    try await withCheckedThrowingContinuation { continuation in
      queue.async {
        continuation.resume(
          with: Result {
            while self.sockets.all.count < count {
              let socket = try self.connect()
              self.sockets.all.append(socket)
              Self.send(openings[self.sockets.all.count % openings.count], to: socket)
            }
          })
      }
    }
  }

  /// One byte more from each. Those that the server has closed do not matter.
  func drip() async {
    await withCheckedContinuation { continuation in
      queue.async {
        for socket in self.sockets.all { Self.send([0x79], to: socket) }
        continuation.resume()
      }
    }
  }

  private func connect() throws -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw RawClientError.failed("socket", errno) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    let result = unsafe withUnsafePointer(to: address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        unsafe Glibc.connect(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw RawClientError.failed("connect", errno) }
    return descriptor
  }

  private static func send(_ bytes: [UInt8], to socket: Int32) {
    _ = unsafe bytes.withUnsafeBytes { buffer in
      unsafe Glibc.send(socket, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
    }
  }

  /// Lets this process open so many descriptors; false if it may not.
  static func allowDescriptors(_ count: Int) -> Bool {
    var limits = rlimit()
    unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
    if limits.rlim_cur >= count { return true }
    limits.rlim_cur = rlim_t(count)
    limits.rlim_max = max(limits.rlim_max, limits.rlim_cur)
    return unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits) == 0
  }

  /// Touched on the crowd's queue alone, and closed with it.
  private final class Sockets: @unchecked Sendable {
    var all: [Int32] = []

    deinit {
      for socket in all { close(socket) }
    }
  }
}
