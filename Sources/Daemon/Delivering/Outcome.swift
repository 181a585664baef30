import Curl

/// How the delivery of one message ended.
enum Outcome: Sendable {
  /// The application answered. `location` is there for the log: redirects are never followed.
  case answered(status: Int, retryAfter: Duration? = nil, location: String? = nil)
  /// Nothing was sent: refused, no connection in time, name not found, no TLS.
  case unreachable(CurlError)
  /// The application was silent for too long, and may still be at work.
  case silent(CurlError)
  /// The connection broke, or what came is no answer.
  case broken(CurlError)
  /// The drain time ran out while the application worked.
  case cutOff
  /// The message cannot be made into a request; nothing was sent.
  case invalid(String)
  /// The message is older than the retention period; nothing was sent.
  case expired

  init(_ error: CurlError) {
    switch error.code {
    case .connectionFailed, .connectTimeout, .nameNotResolved: self = .unreachable(error)
    // Without an answer begun, it is the handshake that failed.
    case .tlsFailed where !error.answerBegan: self = .unreachable(error)
    case .idleTimeout, .totalTimeout: self = .silent(error)
    case .cancelled, .closed: self = .cutOff
    case .invalidRequest: self = .invalid(error.message)
    default: self = .broken(error)
    }
  }

  /// What it says about the application; nil if nothing.
  var sign: Circuit.Sign? {
    switch self {
    case .answered(429, _, _), .answered(503, _, _): .refusing
    case .answered: .well
    case .unreachable: .unreachable
    case .broken(let error):
      switch error.code {
      case .connectionReset, .closedBeforeAnswer, .sendFailed, .partialAnswer: .refusing
      // It answers, if badly.
      default: .well
      }
    case .silent, .cutOff, .invalid, .expired: nil
    }
  }

  /// The application said that it has too much to do.
  var asksForLess: Bool {
    if case .answered(let status, _, _) = self { return status == 429 || status == 503 }
    return false
  }

  /// Why there is no good answer, in a few words.
  var failure: String? {
    switch self {
    case .answered(let status, _, _): "answered with \(status)"
    case .unreachable(let error), .silent(let error), .broken(let error): error.message
    case .cutOff, .invalid, .expired: nil
    }
  }
}
