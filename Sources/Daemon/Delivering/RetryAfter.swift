import AWS
import FoundationEssentials

/// The header `Retry-After` (RFC 9110, section 10.2.3): seconds, or a date.
enum RetryAfter {
  /// From now; nil for what is neither. A date that has passed is now. `now` is the wall clock.
  static func parse(_ text: String, now: Date) -> Duration? {
    let text = text.trimmingBlanks
    if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
      // More than fits is longer than any limit.
      return .seconds(min(Int64(text) ?? .max, Int64(HeldMessages.longestHold.components.seconds)))
    }
    guard let date = HTTPDate.parse(text) else { return nil }
    let seconds = date.timeIntervalSince(now).rounded(.up)
    return .seconds(min(max(0, seconds), Double(HeldMessages.longestHold.components.seconds)))
  }
}

extension String {
  fileprivate var trimmingBlanks: String {
    var rest = self[...].drop { $0 == " " || $0 == "\t" }
    while rest.last == " " || rest.last == "\t" { rest.removeLast() }
    return String(rest)
  }
}
