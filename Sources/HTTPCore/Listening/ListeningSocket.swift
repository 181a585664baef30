import Glibc
import NIOCore

/// A bound socket, made by hand so that an error names its step and a Unix socket has its mode before anybody can
/// connect. Listening begins when NIO takes it over.
struct ListeningSocket {
  let descriptor: Int32
  /// Path, device and inode of a Unix socket's file.
  private let file: (path: String, device: UInt, inode: UInt)?

  init(binding address: ListenAddress, unixMode: UInt32) throws(HTTPCoreError) {
    let (socketAddress, family) = try Self.socketAddress(address)
    if case .unix(let path) = address { try Self.removeStale(path, socketAddress) }

    let descriptor = socket(family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw Self.error(address, "no socket could be made") }
    if family != AF_UNIX { Self.setOptions(descriptor) }
    let bound = unsafe socketAddress.withSockAddr { pointer, size in
      unsafe bind(descriptor, pointer, socklen_t(size))
    }
    guard bound == 0 else {
      let error = Self.error(address, Self.hint(for: errno, address))
      Glibc.close(descriptor)
      throw error
    }
    guard case .unix(let path) = address else {
      self.descriptor = descriptor
      file = nil
      return
    }
    guard unsafe chmod(path, unixMode) == 0, let status = Self.status(of: path) else {
      let error = Self.error(address, "its mode could not be set")
      Glibc.close(descriptor)
      unsafe unlink(path)
      throw error
    }
    self.descriptor = descriptor
    file = (path, status.st_dev, status.st_ino)
  }

  /// Removes the file of a Unix socket, if it is still the one that was made here.
  func removeFile() {
    guard let file, let status = Self.status(of: file.path), status.st_dev == file.device, status.st_ino == file.inode
    else { return }
    unsafe unlink(file.path)
  }

  private static func socketAddress(_ address: ListenAddress) throws(HTTPCoreError) -> (SocketAddress, Int32) {
    do {
      switch address {
      case .tcp(let host, let port):
        let resolved = try SocketAddress(ipAddress: host, port: port)
        return (resolved, resolved.protocol == .inet6 ? AF_INET6 : AF_INET)
      case .unix(let path):
        return (try SocketAddress(unixDomainSocketPath: path), AF_UNIX)
      }
    } catch {
      throw HTTPCoreError(.invalidAddress, "\(address) cannot be listened on: it is not an address.")
    }
  }

  /// Accepted connections inherit these from the listener (tcp(7)), which saves setting them on each.
  private static func setOptions(_ descriptor: Int32) {
    let options: [(level: Int32, name: Int32, value: Int32)] = [
      // A restarted server can bind while connections of the last one are in TIME-WAIT.
      (SOL_SOCKET, SO_REUSEADDR, 1),
      // A peer that vanished without a word is noticed after about two minutes.
      (SOL_SOCKET, SO_KEEPALIVE, 1),
      (Int32(IPPROTO_TCP), TCP_KEEPIDLE, 60),
      (Int32(IPPROTO_TCP), TCP_KEEPINTVL, 15),
      (Int32(IPPROTO_TCP), TCP_KEEPCNT, 4),
      (Int32(IPPROTO_TCP), TCP_NODELAY, 1),
    ]
    for option in options {
      var value = option.value
      // Each is an improvement, none a condition.
      _ = unsafe setsockopt(descriptor, option.level, option.name, &value, socklen_t(MemoryLayout<Int32>.size))
    }
  }

  /// A socket file is left over when nobody listens on it: then connecting to it is refused.
  private static func removeStale(_ path: String, _ socketAddress: SocketAddress) throws(HTTPCoreError) {
    let address = ListenAddress.unix(path: path)
    guard let status = status(of: path) else { return }
    guard status.st_mode & S_IFMT == S_IFSOCK else {
      throw HTTPCoreError(.bindFailed, "\(address) cannot be listened on: a file that is no socket is in its place.")
    }
    let probe = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
    guard probe >= 0 else { throw Self.error(address, "no socket could be made") }
    let connected = unsafe socketAddress.withSockAddr { pointer, size in
      unsafe connect(probe, pointer, socklen_t(size))
    }
    let code = errno
    Glibc.close(probe)
    // Anything but a refusal, a full queue included, means that somebody is there or that it cannot be known.
    guard connected != 0, code == ECONNREFUSED else {
      throw HTTPCoreError(.bindFailed, "\(address) cannot be listened on: another process listens on it.", errno: code)
    }
    unsafe unlink(path)
  }

  private static func status(of path: String) -> stat? {
    var status = stat()
    return unsafe lstat(path, &status) == 0 ? status : nil
  }

  private static func hint(for code: Int32, _ address: ListenAddress) -> String {
    switch code {
    case EADDRINUSE: "another process listens on it"
    case EADDRNOTAVAIL: "this machine has no such address"
    case EACCES: "that needs a privilege this process does not have"
    case ENOENT: "its directory does not exist"
    default: "it could not be bound"
    }
  }

  private static func error(_ address: ListenAddress, _ reason: String) -> HTTPCoreError {
    let code = errno
    let words = HTTPCoreError.words(for: code)
    return HTTPCoreError(.bindFailed, "\(address) cannot be listened on: \(reason) (\(words)).", errno: code)
  }
}
