/// Why a request got no answer.
package struct FastCGIError: Error, Sendable, CustomStringConvertible {
  package enum Code: String, Sendable, CaseIterable {
    /// Refused before anything was sent.
    case invalidRequest
    /// Nobody listens, or the socket may not be used: nothing was sent.
    case connectionFailed
    /// The application took no connection within the time for it: nothing was sent.
    case connectTimeout
    /// The application took the request and closed the connection without a byte of an answer.
    case closedBeforeAnswer
    /// The application closed the connection in the middle of its answer.
    case partialAnswer
    /// What came is not FastCGI, or its head is not that of a CGI script.
    case badAnswer
    /// The application takes no further request at this time (FCGI_OVERLOADED and its like): it has not run.
    case refused
    /// The calling task was cancelled.
    case cancelled
  }

  package let code: Code
  /// A sentence for an operator: what, where, and what to do.
  package let message: String
  /// The system's error number behind it, where there is one.
  package let errno: Int32?
  /// The request went over a connection that had carried another one before.
  package let connectionWasReused: Bool

  package init(code: Code, message: String, errno: Int32? = nil, connectionWasReused: Bool = false) {
    self.code = code
    self.message = message
    self.errno = errno
    self.connectionWasReused = connectionWasReused
  }

  /// The script did not run, and will not because of this request.
  package var hasNotRun: Bool {
    switch code {
    case .invalidRequest, .connectionFailed, .connectTimeout, .refused: true
    case .closedBeforeAnswer, .partialAnswer, .badAnswer, .cancelled: false
    }
  }

  package var description: String { message }

  static let cancelled = FastCGIError(code: .cancelled, message: "the request was given up")
}
