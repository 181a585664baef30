import Settings

/// The queues that the command line asks for.
enum InitialQueues {
  /// Makes the dead-letter queue first, then each queue. Throws what CreateQueue would answer, under the queue's name.
  static func create(in store: inout QueueStore, settings: ParsedSettings, now: Timestamp) throws(SettingsError) {
    var attributes = ["VisibilityTimeout": "\(settings[LocalSQSSettings.visibilityTimeout])"]
    var names = settings[LocalSQSSettings.queues]
    if let deadLetter = settings[LocalSQSSettings.deadLetter] {
      guard !names.isEmpty else {
        throw SettingsError(["--dead-letter \(deadLetter) needs a queue to serve: name one with --queue"])
      }
      // A queue named both ways is a dead-letter queue, and not its own.
      names.removeAll { $0 == deadLetter }
      try create(deadLetter, attributes: [:], in: &store, now: now)
      let policy = RedrivePolicy(target: deadLetter, maxReceiveCount: settings[LocalSQSSettings.maxReceiveCount])
      attributes["RedrivePolicy"] = policy.attribute(region: QueueARN.standardRegion)
    }
    for name in names { try create(name, attributes: attributes, in: &store, now: now) }
  }

  private static func create(
    _ name: String, attributes: [String: String], in store: inout QueueStore, now: Timestamp
  ) throws(SettingsError) {
    var attributes = attributes
    if name.hasSuffix(".fifo") { attributes["FifoQueue"] = "true" }
    do {
      try store.create(name, attributes: attributes, now: now)
    } catch {
      throw SettingsError(["the queue \"\(name)\" cannot be made: \(error.message)"])
    }
  }
}
