/// An error as SQS reports it: the shape's name, the HTTP status and the code of the older Query protocol.
struct SQSError: Error, Equatable, Sendable, CustomStringConvertible {
  enum Code: String, Sendable {
    case batchEntryIdsNotDistinct = "BatchEntryIdsNotDistinct"
    case batchRequestTooLong = "BatchRequestTooLong"
    case emptyBatchRequest = "EmptyBatchRequest"
    case invalidAttributeName = "InvalidAttributeName"
    case invalidAttributeValue = "InvalidAttributeValue"
    case invalidBatchEntryId = "InvalidBatchEntryId"
    case invalidMessageContents = "InvalidMessageContents"
    case invalidParameterValue = "InvalidParameterValue"
    case messageNotInflight = "MessageNotInflight"
    case missingParameter = "MissingParameter"
    case overLimit = "OverLimit"
    case purgeQueueInProgress = "PurgeQueueInProgress"
    case queueDoesNotExist = "QueueDoesNotExist"
    case queueNameExists = "QueueNameExists"
    case receiptHandleIsInvalid = "ReceiptHandleIsInvalid"
    case serialization = "SerializationException"
    case tooManyEntriesInBatchRequest = "TooManyEntriesInBatchRequest"
    case unknownOperation = "UnknownOperationException"
  }

  let code: Code
  let message: String

  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// From the service model of SQS (2012-11-05, `awsQueryError`).
  var status: Int {
    switch code {
    case .overLimit, .purgeQueueInProgress: 403
    case .receiptHandleIsInvalid: 404
    default: 400
    }
  }

  /// The `__type` member. What the framework in front of SQS answers has a namespace of its own.
  var type: String {
    isFromFramework ? "com.amazon.coral.service#\(code.rawValue)" : "com.amazonaws.sqs#\(code.rawValue)"
  }

  /// Raised before SQS itself is asked; such errors have no code of the Query protocol.
  var isFromFramework: Bool { code == .serialization || code == .unknownOperation }

  /// What SDKs show as the error code, for the sake of programs written against the Query protocol
  /// (Smithy, "awsQueryCompatible trait"): header `x-amzn-query-error`, and `Code` of a failed batch entry.
  var queryCode: String {
    switch code {
    case .queueDoesNotExist: "AWS.SimpleQueueService.NonExistentQueue"
    case .queueNameExists: "QueueAlreadyExists"
    case .messageNotInflight, .purgeQueueInProgress, .emptyBatchRequest, .tooManyEntriesInBatchRequest,
      .batchEntryIdsNotDistinct, .batchRequestTooLong, .invalidBatchEntryId:
      "AWS.SimpleQueueService.\(code.rawValue)"
    default: code.rawValue
    }
  }

  var description: String { "\(code.rawValue): \(message)" }
}

// The errors that more than one place raises, in SQS's own words where programs are known to look at them.
extension SQSError {
  static let queueDoesNotExist = SQSError(.queueDoesNotExist, "The specified queue does not exist.")
  static let receiptHandleIsInvalid = SQSError(.receiptHandleIsInvalid, "The input receipt handle is invalid.")

  static func missing(_ parameter: String) -> SQSError {
    SQSError(.missingParameter, "The request must contain the parameter \(parameter).")
  }

  /// `value` is a number, a name or a receipt handle; never a body.
  static func invalid(_ parameter: String, _ value: String, _ reason: String) -> SQSError {
    let shown = value.count > 200 ? value.prefix(200) + "…" : value[...]
    return SQSError(.invalidParameterValue, "Value \(shown) for parameter \(parameter) is invalid. Reason: \(reason)")
  }
}
