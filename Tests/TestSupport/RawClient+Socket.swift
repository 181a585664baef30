import Glibc

/// The blocking half of `RawClient`: each call waits with poll(2), up to the client's timeout.
extension RawClient {
  static func socket(_ family: Int32) throws -> Int32 {
    let descriptor = Glibc.socket(family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw RawClientError.failed("socket", errno) }
    return descriptor
  }

  func connect<Address>(_ address: Address) throws {
    let result = unsafe withUnsafePointer(to: address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        unsafe Glibc.connect(descriptor, pointer, socklen_t(MemoryLayout<Address>.size))
      }
    }
    guard result == 0 else { throw RawClientError.failed("connect", errno) }
  }

  func sendNow(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      try wait(for: Int16(POLLOUT))
      let count = unsafe rest.withUnsafeBytes { buffer in
        unsafe Glibc.send(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
      }
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno == ECONNRESET || errno == EPIPE {
        throw RawClientError.reset
      } else if errno != EAGAIN, errno != EINTR {
        throw RawClientError.failed("send", errno)
      }
    }
  }

  /// Waits for more bytes; false at the end.
  func fill() throws -> Bool {
    while true {
      try wait(for: Int16(POLLIN))
      var chunk = [UInt8](repeating: 0, count: 65_536)
      let count = unsafe recv(descriptor, &chunk, chunk.count, Int32(MSG_DONTWAIT))
      if count > 0 {
        received.append(chunk[..<count])
        return true
      }
      if count == 0 { return false }
      if errno == ECONNRESET { throw RawClientError.reset }
      guard errno == EAGAIN || errno == EINTR else { throw RawClientError.failed("recv", errno) }
    }
  }

  func replaceDescriptor() {
    // dup2 closes the socket in the same step. An unconnected socket takes its place.
    guard let empty = try? RawClient.socket(AF_UNIX) else { return }
    dup2(empty, descriptor)
    Glibc.close(empty)
  }

  private func wait(for events: Int16) throws {
    var entry = pollfd(fd: descriptor, events: events, revents: 0)
    let ready = unsafe poll(&entry, 1, Int32(timeout / .milliseconds(1)))
    if ready == 0 { throw RawClientError.timedOut }
    if ready < 0, errno != EINTR { throw RawClientError.failed("poll", errno) }
  }
}
