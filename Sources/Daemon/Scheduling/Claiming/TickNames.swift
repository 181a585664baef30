import SQSD

/// What a tick is called where several daemons must mean the same one: in the table and in a FIFO queue.
enum TickNames {
  /// Before every key of ours: the table may be one that others use too, Beanstalk's registry of leaders for instance.
  static let prefix = "beanpole/"
  /// DynamoDB takes 2048 bytes for a key (Amazon DynamoDB Developer Guide, "Quotas"). Names longer than this are hashed.
  static let keyNameLimit = 512
  /// Amazon SQS API Reference, "SendMessage": letters, digits and ASCII punctuation.
  static let idLimit = 128

  /// The key of a tick's record: by the queue, so that daemons of several queues can share a table, and by the scheduled time,
  /// which is the same for all.
  static func key(_ tick: Tick, queue: String) -> String {
    "\(prefix)tick/\(encoded(queue, keyNameLimit))/\(encoded(tick.task, keyNameLimit))/\(tick.scheduledAt)"
  }

  /// The key by which a daemon tries what it may do with the table.
  static func checkKey(queue: String) -> String { "\(prefix)check/\(encoded(queue, keyNameLimit))" }

  static func deduplicationID(_ tick: Tick) -> String {
    let time = "/\(tick.scheduledAt)"
    return encoded(tick.task, idLimit - time.utf8.count) + time
  }

  /// A task's ticks come in order, and none waits for another task's.
  static func groupID(task: String) -> String { encoded(task, idLimit) }

  /// Letters, digits, `-`, `_` and `.` as they are, all other bytes as `%XX`: no two names become one. A text that is longer
  /// than the limit then ends in its digest instead.
  private static func encoded(_ name: String, _ limit: Int) -> String {
    var text: [UInt8] = []
    for byte in name.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
        text.append(byte)
      default:
        let digits = Array("0123456789ABCDEF".utf8)
        text += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    guard text.count > limit else { return String(decoding: text, as: UTF8.self) }
    // Half of the digest tells names apart as well; the mark before it is in no name that was not cut.
    let end = "~" + SHA256.text(of: name).prefix(32)
    return String(decoding: text.prefix(limit - end.utf8.count), as: UTF8.self) + end
  }
}
