/// The times of a day at which a schedule fires, as minutes since midnight.
struct FiringTimes: Sendable, Equatable {
  let minutes: UInt64
  let hours: UInt64

  var first: Int { hours.trailingZeroBitCount * 60 + minutes.trailingZeroBitCount }
  var last: Int { (63 - hours.leadingZeroBitCount) * 60 + 63 - minutes.leadingZeroBitCount }

  /// How many there are.
  var count: Int { minutes.nonzeroBitCount * hours.nonzeroBitCount }

  func first(notBefore time: Int) -> Int? {
    let (hour, minute) = (time / 60, time % 60)
    if hours & 1 << hour != 0, case let later = minutes & ~0 << minute, later != 0 {
      return hour * 60 + later.trailingZeroBitCount
    }
    let later = hours & ~0 << (hour + 1)
    return later == 0 ? nil : later.trailingZeroBitCount * 60 + minutes.trailingZeroBitCount
  }

  func last(notAfter time: Int) -> Int? {
    let (hour, minute) = (time / 60, time % 60)
    if hours & 1 << hour != 0, case let earlier = minutes & ~(~0 << (minute + 1)), earlier != 0 {
      return hour * 60 + 63 - earlier.leadingZeroBitCount
    }
    let earlier = hours & ~(~0 << hour)
    return earlier == 0 ? nil : (63 - earlier.leadingZeroBitCount) * 60 + 63 - minutes.leadingZeroBitCount
  }
}
