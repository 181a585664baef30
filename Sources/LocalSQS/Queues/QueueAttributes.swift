/// What can be set on a queue (CreateQueue, SetQueueAttributes), with SQS's defaults.
struct QueueAttributes: Hashable, Sendable {
  enum DeduplicationScope: String, Sendable {
    case queue, messageGroup
  }

  /// Seconds.
  var visibilityTimeout = 30
  /// Seconds.
  var delay = 0
  /// Bytes.
  var maximumMessageSize = 1_048_576
  /// Seconds: four days.
  var retention = 345_600
  /// Seconds that a receive waits when it does not say so itself.
  var wait = 0
  var redrive: RedrivePolicy?
  var contentBasedDeduplication = false
  var deduplicationScope = DeduplicationScope.queue
  var throughputLimit = "perQueue"
  /// Taken and given back, without any effect here: policies and encryption.
  var inert: [String: String] = [:]

  static let inertNames: Set<String> = [
    "Policy", "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled", "RedriveAllowPolicy",
  ]
}
