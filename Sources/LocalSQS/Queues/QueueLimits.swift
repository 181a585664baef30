/// SQS's quotas (SQS Developer Guide, "Amazon SQS message quotas" and "Amazon SQS FIFO queue quotas").
///
/// They are values so that tests can reach them without 120,000 messages.
struct QueueLimits: Sendable {
  /// Bytes of body and attributes, of one message and of all messages of one batch.
  var messageBytes = 1_048_576
  var batchEntries = 10
  var batchIDLength = 80
  var messageAttributes = 10
  var attributeNameLength = 256
  var queueNameLength = 80
  /// Message group ids, deduplication ids and receive attempt ids, in characters.
  var tokenLength = 128
  /// Messages in flight per queue.
  var inFlight = 120_000
  /// Seconds: the longest visibility timeout, and the longest time that one receive can hide a message.
  var visibilityTimeout = 43_200
  var delay = 900
  var wait = 20
  var retention = 60...1_209_600
  var maximumMessageSize = 1_024...1_048_576
  var maxReceiveCount = 1...1_000
  /// Seconds for which a deduplication id or a receive attempt id is remembered.
  var deduplicationWindow = 300
  /// Seconds between two purges of one queue.
  var purgeInterval = 60
  var receivesBeforeBack = 3
}
