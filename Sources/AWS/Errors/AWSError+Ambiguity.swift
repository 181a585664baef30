import Curl

extension AWSError {
  /// The request may have had its effect all the same: it was sent, and no answer says what became of it. That holds for
  /// 5xx answers too, which proxies also give in place of an answer that they have lost.
  package var isAmbiguous: Bool {
    switch code {
    case .transient, .badAnswer: true
    // Without a transfer's error nothing was sent.
    case .transport, .cancelled:
      switch transport?.code {
      case nil, .invalidRequest, .nameNotResolved, .connectionFailed, .connectTimeout: false
      default: true
      }
    default: false
    }
  }

  /// A kept connection had been closed by the server, as happens to idle ones, and no byte of an answer came: nothing is
  /// wrong with the service.
  var wasOnStaleConnection: Bool {
    guard let transport, transport.connectionWasReused, !transport.answerBegan else { return false }
    switch transport.code {
    case .closedBeforeAnswer, .connectionReset, .sendFailed: return true
    default: return false
    }
  }
}
