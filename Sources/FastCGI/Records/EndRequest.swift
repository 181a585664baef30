/// How an application ended a request (FastCGI 1.0, section 5.5).
struct EndRequest: Equatable {
  enum ProtocolStatus: UInt8 {
    case requestComplete = 0
    case cannotMultiplexConnection = 1
    case overloaded = 2
    case unknownRole = 3
  }

  var applicationStatus: UInt32
  /// nil: a number that the specification does not know.
  var protocolStatus: ProtocolStatus?

  /// Reads the eight bytes as one number with the first byte in front. The last three are reserved.
  init(_ bytes: UInt64) {
    applicationStatus = UInt32(truncatingIfNeeded: bytes >> 32)
    protocolStatus = ProtocolStatus(rawValue: UInt8(truncatingIfNeeded: bytes >> 24))
  }

  /// Why the request was not run, as the end of a sentence that begins with the application; nil if it was.
  var refusal: String? {
    switch protocolStatus {
    case .requestComplete: nil
    case .cannotMultiplexConnection: "takes no second request on a connection"
    case .overloaded: "is overloaded"
    case .unknownRole: "does not play the role of a responder"
    case nil: "ended the request with a protocol status that FastCGI 1.0 does not know"
    }
  }
}
