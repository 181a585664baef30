import Curl

/// How one POST ended.
enum Outcome: Sendable {
  /// The application answered. `location` is there for the log: redirects are never followed.
  case answered(status: Int, location: String?)
  /// No answer, or none that can be used.
  case failed(CurlError)
  /// The drain time ran out while the application worked.
  case cutOff
  /// The message cannot be made into a request; nothing was sent.
  case invalid(String)
}
