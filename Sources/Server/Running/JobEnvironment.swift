import SQSD

/// What a job finds in its environment: the server's own, which is where containers get their configuration, and the
/// message's context.
struct JobEnvironment: Sendable {
  /// execve(2) takes no string over 128 KiB; half of that is more than any real attribute.
  static let longestValue = 64 * 1024

  private static let names: Set<String> = [
    "SQSD_MSGID", "SQSD_QUEUE", "SQSD_RECEIVE_COUNT", "SQSD_FIRST_RECEIVED_AT", "SQSD_SENT_AT", "SQSD_SENDER_ID",
    "SQSD_PATH", "SQSD_TASKNAME", "SQSD_SCHEDULED_AT", retryAfterName,
  ]
  private static let retryAfterName = "SQSD_RETRY_AFTER_FILE"
  private static let attributePrefix = "SQSD_ATTR_"

  private let inherited: CStringList
  /// The inherited PATH, by which a program is looked up.
  let searchPath: String
  /// Where files that nobody keeps are made: TMPDIR, else /tmp.
  let temporaryDirectory: String

  /// Takes the server's environment as `NAME=value` strings. Names of a message's context are dropped: a server that
  /// was itself started by a job would otherwise hand a wrong message to its own.
  init(inheriting entries: [[UInt8]]) {
    var kept = CStringList()
    var path: String?
    var temporary: String?
    for entry in entries {
      let name = String(decoding: entry.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self)
      guard !Self.names.contains(name), !name.hasPrefix(Self.attributePrefix) else { continue }
      if name == "PATH" { path = path ?? String(decoding: entry.dropFirst(5), as: UTF8.self) }
      if name == "TMPDIR" { temporary = temporary ?? String(decoding: entry.dropFirst(7), as: UTF8.self) }
      kept.append(entry)
    }
    inherited = kept
    searchPath = path ?? ProgramSearch.standardPath
    temporaryDirectory = temporary.flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
  }

  /// The environment of one job, and what had to be left out of it, in words that name no value. Into the file at
  /// `retryAfterPath` the job may write when it wants to be run again.
  func strings(
    for context: MessageContext, retryAfterPath: String? = nil
  ) -> (environment: CStringList, omissions: [String]) {
    var builder = Builder(environment: inherited)
    builder.set(Self.retryAfterName, retryAfterPath)
    builder.set("SQSD_MSGID", context.messageID)
    builder.set("SQSD_QUEUE", context.queue)
    builder.set("SQSD_RECEIVE_COUNT", context.receiveCount.map { "\($0)" })
    builder.set("SQSD_FIRST_RECEIVED_AT", context.firstReceivedAt?.description)
    builder.set("SQSD_SENT_AT", context.sentAt?.description)
    builder.set("SQSD_SENDER_ID", context.senderID)
    builder.set("SQSD_PATH", context.path)
    if let task = context.task {
      builder.set("SQSD_TASKNAME", task.name.isEmpty ? nil : task.name)
      builder.set("SQSD_SCHEDULED_AT", task.scheduledAt?.description)
    }
    for attribute in context.attributes where !attribute.name.isEmpty {
      builder.set(Self.attributePrefix + Self.variablePart(of: attribute.name), attribute.value)
    }
    return (builder.environment, builder.omissions)
  }

  /// `vendor-id` becomes `VENDOR_ID`: a shell can read only names of A–Z, 0–9 and `_`.
  private static func variablePart(of name: String) -> String {
    String(
      decoding: name.utf8.map { byte in
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 0x20
        default: UInt8(ascii: "_")
        }
      }, as: UTF8.self)
  }

  private struct Builder {
    var environment: CStringList
    var omissions: [String] = []
    private var used: Set<String> = []

    init(environment: CStringList) {
      self.environment = environment
    }

    mutating func set(_ name: String, _ value: String?) {
      guard let value else { return }
      if value.utf8.contains(0) {
        omissions.append("\(name): its value contains a NUL character")
      } else if value.utf8.count > JobEnvironment.longestValue {
        omissions.append("\(name): its value is longer than \(JobEnvironment.longestValue / 1024) KiB")
      } else if !used.insert(name).inserted {
        omissions.append("\(name): another attribute before it has the same name here")
      } else {
        environment.append("\(name)=\(value)")
      }
    }
  }
}
