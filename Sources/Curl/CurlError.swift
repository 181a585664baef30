/// Why a request got no answer.
package struct CurlError: Error, Sendable, CustomStringConvertible {
  package enum Code: String, Sendable, CaseIterable {
    /// Refused before anything was sent: a malformed URL, method or header.
    case invalidRequest
    case nameNotResolved
    /// Refused or unreachable: no byte of the request was sent.
    case connectionFailed
    /// No connection within `connectTimeout`: no byte of the request was sent.
    case connectTimeout
    case idleTimeout
    case totalTimeout
    /// The peer stopped taking our bytes, part of which it may have read.
    case sendFailed
    case connectionReset
    /// The peer closed without a byte of a final answer. It may have processed the request, which was sent once.
    case closedBeforeAnswer
    /// The peer closed in the middle of its answer.
    case partialAnswer
    /// What came is not HTTP, or its header is larger than we take.
    case badAnswer
    case bodyTooLarge
    case tlsFailed
    /// The calling task was cancelled.
    case cancelled
    /// The client was shut down.
    case closed
    case other
  }

  package let code: Code
  /// libcurl's own words where there are any, with the address where it is known.
  package let message: String
  /// libcurl's `CURLcode`, when it was libcurl that failed.
  package let curlCode: Int32?
  /// The request went over a connection that had carried another one before.
  package let connectionWasReused: Bool
  /// At least one line of an answer came, be it of an interim one.
  package let answerBegan: Bool

  package init(
    code: Code, message: String, curlCode: Int32? = nil, connectionWasReused: Bool = false, answerBegan: Bool = false
  ) {
    self.code = code
    self.message = message
    self.curlCode = curlCode
    self.connectionWasReused = connectionWasReused
    self.answerBegan = answerBegan
  }

  package var description: String {
    curlCode.map { "\(code.rawValue): \(message) (libcurl error \($0))" } ?? "\(code.rawValue): \(message)"
  }

  static func invalidRequest(_ message: String) -> CurlError { CurlError(code: .invalidRequest, message: message) }

  static let closed = CurlError(code: .closed, message: "the HTTP client was shut down")

  static let cancelledBeforeStart = CurlError(code: .cancelled, message: "cancelled before the request was sent")
}
