/// When a transfer is given up, other than for libcurl's own connect timeout.
///
/// libcurl's CURLOPT_LOW_SPEED_TIME is not an idle timeout: it looks at the average rate, and ends an answer that sends
/// a byte every three seconds at a limit of five.
struct TransferDeadlines {
  typealias Instant = ContinuousClock.Instant

  private var total: Instant?
  private var idleTimeout: Duration?
  /// Nil until there is a connection: before that only the connect timeout and the total one count.
  private var lastActivity: Instant?

  /// Without any limit.
  init() {}

  init(start: Instant, idleTimeout: Duration?, totalTimeout: Duration?) {
    total = totalTimeout.map { start + $0 }
    self.idleTimeout = idleTimeout
  }

  /// A connection is ready, or a byte went over it.
  mutating func noteActivity(at now: Instant) { lastActivity = now }

  /// The next moment at which something may be over; nil if nothing ever is. While there is no connection the idle
  /// timeout counts from `now`, which is earlier than it can be over.
  func next(after now: Instant) -> Instant? {
    let idle = idleTimeout.map { (lastActivity ?? now) + $0 }
    guard let idle, let total else { return idle ?? total }
    return min(idle, total)
  }

  /// What is over at `now`.
  func passed(at now: Instant) -> CurlError.Code? {
    if let total, now >= total { return .totalTimeout }
    if let idleTimeout, let lastActivity, now >= lastActivity + idleTimeout { return .idleTimeout }
    return nil
  }
}
