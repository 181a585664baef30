import Curl

/// The application that gets the messages: where it listens, and how it is spoken to.
struct Application: Sendable {
  /// Which answers mean that a message is done.
  enum Success: String, CaseIterable, Sendable {
    /// Any status from 200 to 299.
    case any2xx = "2xx"
    /// Exactly 200, as on Beanstalk (AWS, "Elastic Beanstalk worker environments").
    case only200 = "200"

    func includes(_ status: Int) -> Bool {
      switch self {
      case .any2xx: (200...299).contains(status)
      case .only200: status == 200
      }
    }
  }

  var address: ApplicationAddress
  /// Where ordinary messages go; periodic tasks bring their own.
  var path: RequestPath
  var mimeType: String
  var userAgent: String
  var connectTimeout: Duration
  var inactivityTimeout: Duration
  var success: Success
  var version = CurlRequest.Version.http1
  /// nil: requests are not signed.
  var signer: RequestSigner?
}
