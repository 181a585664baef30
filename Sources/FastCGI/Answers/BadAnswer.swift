/// What came is no answer: the end of a sentence that begins with the application.
struct BadAnswer: Error, Equatable {
  let reason: String

  init(_ reason: String) {
    self.reason = reason
  }

  /// Every record begins with its version, and there is but one.
  static func notFastCGI(version: UInt8) -> BadAnswer {
    if version == UInt8(ascii: "H") {
      return BadAnswer("answers in HTTP, not in FastCGI: is that the port of a web server?")
    }
    return BadAnswer("sent a record of version \(version), which is not FastCGI 1.0")
  }
}
