/// An entry of a batch.
protocol BatchEntry: Decodable, Sendable {
  var id: String? { get }
}

/// The answer to a batch: some entries may have failed although the call as a whole succeeded.
struct BatchAnswer<Success: Encodable & Sendable>: Encodable, Sendable {
  var successful: [Success] = []
  var failed: [BatchFailure] = []

  enum CodingKeys: String, CodingKey {
    case successful = "Successful"
    case failed = "Failed"
  }
}

struct BatchFailure: Encodable, Sendable {
  let id: String
  /// Always the sender's: nothing here fails by itself.
  let isSenderFault = true
  let code: String
  let message: String

  init(id: String, _ error: SQSError) {
    self.id = id
    code = error.queryCode
    message = error.message
  }

  enum CodingKeys: String, CodingKey {
    case id = "Id"
    case isSenderFault = "SenderFault"
    case code = "Code"
    case message = "Message"
  }
}

struct BatchSuccess: Encodable, Sendable {
  let id: String

  enum CodingKeys: String, CodingKey {
    case id = "Id"
  }
}

/// What holds for every batch: one to ten entries with distinct, plain ids.
enum Batch {
  static func check<Entry: BatchEntry>(
    _ entries: [Entry]?, kind: String, limits: QueueLimits
  ) throws(SQSError) -> [(id: String, entry: Entry)] {
    guard let entries, !entries.isEmpty else {
      throw SQSError(.emptyBatchRequest, "There should be at least one \(kind)RequestEntry in the request.")
    }
    guard entries.count <= limits.batchEntries else {
      throw SQSError(
        .tooManyEntriesInBatchRequest,
        "Maximum number of entries per request are \(limits.batchEntries). You have sent \(entries.count).")
    }
    var checked: [(id: String, entry: Entry)] = []
    for entry in entries {
      let id = try required(entry.id, "\(kind)RequestEntry.Id")
      guard isPlain(id), (1...limits.batchIDLength).contains(id.utf8.count) else {
        throw SQSError(
          .invalidBatchEntryId,
          "A batch entry id can only contain alphanumeric characters, hyphens and underscores. "
            + "It can be at most \(limits.batchIDLength) letters long.")
      }
      guard !checked.contains(where: { $0.id == id }) else {
        throw SQSError(.batchEntryIdsNotDistinct, "Id \(id) repeated.")
      }
      checked.append((id, entry))
    }
    return checked
  }

  /// Does something with each entry; one that fails does not stop the others.
  static func run<Entry, Success>(
    _ entries: [(id: String, entry: Entry)], _ work: (String, Entry) throws(SQSError) -> Success
  ) -> BatchAnswer<Success> {
    var answer = BatchAnswer<Success>()
    for (id, entry) in entries {
      do {
        answer.successful.append(try work(id, entry))
      } catch {
        answer.failed.append(BatchFailure(id: id, error))
      }
    }
    return answer
  }

  private static func isPlain(_ id: String) -> Bool {
    id.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
  }
}
