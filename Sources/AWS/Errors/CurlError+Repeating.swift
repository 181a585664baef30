import Curl

extension CurlError {
  /// The same request may work when sent again: the network failed, not the request or its limits.
  ///
  /// A failed TLS handshake counts as the network too, as it does in AWS's own SDKs: it is what a connection cut during
  /// the handshake looks like. A wrong certificate then costs a few more attempts before it is reported.
  var isWorthRepeating: Bool {
    switch code {
    case .invalidRequest, .bodyTooLarge, .cancelled, .closed: false
    default: true
    }
  }
}
