/// The messages in our hands, and until when SQS hides each of them from others: what the heartbeat decides by.
///
/// A message is here from its receive until SQS has been told what became of it, while it waits for its turn in a FIFO
/// group or for the application to come back too.
struct HeldMessages {
  typealias ID = Int
  typealias Instant = ContinuousClock.Instant

  /// One extension to ask SQS for.
  struct Extension: Equatable {
    let id: ID
    let receiptHandle: String
    /// From now.
    let seconds: Int
  }

  /// SQS hides a message for at most 12 hours from its receive, and asking for a second more is an error (Amazon SQS
  /// Developer Guide, "visibility timeout"). Its clock began before ours: half a minute covers the answer's way.
  static let longestHold: Duration = .seconds(12 * 3600 - 30)

  private struct Entry {
    let messageID: String
    let receiptHandle: String
    let receivedAt: Instant
    var hiddenUntil: Instant
    var isExtended = false
    /// An extension of it is on its way.
    var isBeating = false
    /// Not to be extended any more: it is about to be released, SQS says that it is gone, or its 12 hours are over.
    var isFinal = false
  }

  let visibilityTimeout: Duration
  private var entries: [ID: Entry] = [:]
  private var nextID = 0

  init(visibilityTimeout: Duration) {
    self.visibilityTimeout = visibilityTimeout
  }

  var count: Int { entries.count }

  mutating func add(messageID: String, receiptHandle: String, receivedAt: Instant) -> ID {
    nextID += 1
    entries[nextID] = Entry(
      messageID: messageID, receiptHandle: receiptHandle, receivedAt: receivedAt,
      hiddenUntil: receivedAt.advanced(by: visibilityTimeout))
    return nextID
  }

  mutating func remove(_ id: ID) {
    entries[id] = nil
  }

  /// What is to be extended now: half of the time that it is hidden for is over. The second half is for attempts that
  /// fail. Each is marked as on its way.
  mutating func takeDue(now: Instant) -> [Extension] {
    let margin = visibilityTimeout / 2
    var due: [Extension] = []
    for (id, entry) in entries
    where !entry.isBeating && !entry.isFinal && now >= entry.hiddenUntil.advanced(by: .zero - margin) {
      let left = now.duration(to: entry.receivedAt.advanced(by: Self.longestHold))
      let seconds = Int(min(visibilityTimeout, left).components.seconds)
      guard seconds > 0, now.advanced(by: .seconds(seconds)) > entry.hiddenUntil else {
        entries[id]?.isFinal = true
        continue
      }
      entries[id]?.isBeating = true
      due.append(Extension(id: id, receiptHandle: entry.receiptHandle, seconds: seconds))
    }
    // In the order of their receives, so that a test and a log can follow it.
    return due.sorted { $0.id < $1.id }
  }

  /// SQS took an extension, asked for at `now` or later.
  mutating func extended(_ extended: Extension, askedAt now: Instant) {
    entries[extended.id]?.isBeating = false
    entries[extended.id]?.isExtended = true
    entries[extended.id]?.hiddenUntil = now.advanced(by: .seconds(extended.seconds))
  }

  /// SQS did not take an extension, or it is not known (`mayHaveWorked`). With `isFinal` it never will. Returns the message's
  /// id, if it is still held.
  mutating func failed(_ extended: Extension, isFinal: Bool, mayHaveWorked: Bool = false) -> String? {
    entries[extended.id]?.isBeating = false
    if mayHaveWorked { entries[extended.id]?.isExtended = true }
    if isFinal { entries[extended.id]?.isFinal = true }
    return entries[extended.id]?.messageID
  }

  /// No extension any more. Returns true if one is still on its way.
  mutating func finish(_ id: ID) -> Bool {
    entries[id]?.isFinal = true
    return entries[id]?.isBeating ?? false
  }

  func isBeating(_ id: ID) -> Bool { entries[id]?.isBeating ?? false }
  func isExtended(_ id: ID) -> Bool { entries[id]?.isExtended ?? false }
  /// After this moment others may have received it; nil once it is not held any more.
  func hiddenUntil(_ id: ID) -> Instant? { entries[id]?.hiddenUntil }
}
