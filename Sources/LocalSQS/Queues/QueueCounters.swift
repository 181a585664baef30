/// What happened in a queue since it was made.
struct QueueCounters: Hashable, Sendable, Encodable {
  var sent = 0
  /// Deliveries: a message received three times counts three.
  var received = 0
  var deleted = 0
  /// Messages that the redrive policy moved away from here.
  var deadLettered = 0
  /// Messages that outlived the retention period.
  var expired = 0
  var emptyReceives = 0
  var peakInFlight = 0
}
