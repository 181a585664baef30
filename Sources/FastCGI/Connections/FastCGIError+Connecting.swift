import Glibc
import NIOCore

extension FastCGIError {
  /// No connection could be made, and what to do about that.
  init(connecting error: any Error, to address: FastCGIAddress) {
    let code = (error as? IOError)?.errnoCode
    let words = code.map { unsafe String(cString: strerror($0)) } ?? "\(error)"
    let asked = "Is php-fpm running, and does it listen on \(address.listen)?"
    if error is ChannelError || code == ETIMEDOUT {
      self.init(
        code: .connectTimeout,
        message: "\(address) does not take a connection. Is its backlog full, or does a firewall drop what we send?",
        errno: code)
    } else if code == EAGAIN {
      self.init(
        code: .connectTimeout,
        message: "\(address) does not take a connection: its backlog is full. Raise pm.max_children and listen.backlog "
          + "of php-fpm, or run fewer jobs at once.", errno: code)
    } else if code == EACCES {
      self.init(
        code: .connectionFailed,
        message: "\(address) may not be used (\(words)). Set listen.owner, listen.group and listen.mode of php-fpm for "
          + "the user that this program runs as.", errno: code)
    } else {
      self.init(code: .connectionFailed, message: "\(address) cannot be reached (\(words)). \(asked)", errno: code)
    }
  }
}
