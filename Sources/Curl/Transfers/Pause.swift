internal import Glibc

/// For the one case in which the loop cannot wait: it must not turn into a busy one.
enum Pause {
  static func short() { _ = poll(nil, 0, 10) }
}

extension Duration {
  /// Rounded up, so that a wait of that time does not end before its deadline; at least 0, at most what libcurl reads
  /// as an `int`.
  var wholeMilliseconds: Int {
    let (seconds, attoseconds) = components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    guard seconds < Int64(Int32.max) / 1000 else { return Int(Int32.max) }
    return Int(seconds) * 1000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }
}
