import Glibc

/// What can go wrong outside of an exchange: a bad listen address, a listener that cannot be had, a probe without answer.
package struct HTTPCoreError: Error, Sendable, CustomStringConvertible {
  package enum Code: Sendable, Hashable {
    /// The text is not a listen address.
    case invalidAddress
    /// The address cannot be listened on.
    case bindFailed
    /// The listener ended by itself.
    case listenerFailed
    /// A probe could not connect.
    case connectFailed
    /// A probe was not answered in time.
    case timedOut
    /// A probe got something that is not an HTTP answer.
    case badAnswer
  }

  package let code: Code
  /// A sentence for an operator: what, where, and what to do.
  package let message: String
  /// The system's error number behind it, where there is one.
  package let errno: Int32?

  package var description: String { message }

  init(_ code: Code, _ message: String, errno: Int32? = nil) {
    self.code = code
    self.message = message
    self.errno = errno
  }

  /// The system's words for one of its error numbers.
  static func words(for errno: Int32) -> String {
    unsafe String(cString: strerror(errno))
  }
}
