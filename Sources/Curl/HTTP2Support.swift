/// Whether a libcurl can speak HTTP/2 with prior knowledge, and why not.
package enum HTTP2Support: Sendable, Equatable {
  case works
  /// A sentence's end: "this libcurl …".
  case missing(String)

  /// `version` is `LIBCURL_VERSION_NUM`: a byte each for major, minor and patch.
  init(version: UInt32, hasHTTP2: Bool) {
    let name = "\(version >> 16).\(version >> 8 & 0xFF).\(version & 0xFF)"
    if !hasHTTP2 {
      self = .missing("\(name) was built without nghttp2")
    } else if version < 0x08_0000 {
      // curl's pull request 10643. Earlier versions than 7.88 are too many to try.
      self = .missing("is \(name), and those before 8.0.0 fail at the second request of a connection")
    } else {
      self = .works
    }
  }
}
