extension AWSError.Code {
  /// The kind of the error that AWS calls `awsCode`, in the spelling of either protocol; nil for a name not listed.
  ///
  /// Sources: the errors modelled for Amazon SQS (API Reference, each action's "Errors"), "Common Errors" of the same
  /// book, and the throttling and transient codes of "Retry behavior" in the AWS SDKs and Tools Reference Guide.
  init?(awsCode: String) {
    let prefix = "AWS.SimpleQueueService."
    let name = awsCode.hasPrefix(prefix) ? String(awsCode.dropFirst(prefix.count)) : awsCode
    guard let code = Self.named[name] else { return nil }
    self = code
  }

  /// The kind of an error whose name is not known, from the HTTP status alone.
  init(status: Int) {
    switch status {
    case 429: self = .throttling
    case 408, 500...599: self = .transient
    case 401, 403: self = .accessDenied
    case 413: self = .invalidMessage
    case 200...299: self = .badAnswer
    case 400...499: self = .invalidRequest
    default: self = .other
    }
  }

  private static let named: [String: Self] = {
    var table: [String: Self] = [:]
    for (code, names) in names { for name in names { table[name] = code } }
    return table
  }()

  private static let names: [(Self, [String])] = [
    (
      .throttling,
      [
        "BandwidthLimitExceeded", "EC2ThrottledException", "KMS.ThrottlingException", "KmsThrottled",
        "LimitExceededException", "PriorRequestNotComplete", "ProvisionedThroughputExceededException",
        "RequestLimitExceeded", "RequestThrottled", "RequestThrottledException", "SlowDown", "ThrottledException",
        "Throttling", "ThrottlingException", "TooManyRequestsException", "TransactionInProgressException",
      ]
    ),
    (
      .transient,
      [
        "IDPCommunicationError", "InternalError", "InternalFailure", "InternalServerError", "RequestTimeout",
        "RequestTimeoutException", "ServiceUnavailable", "ServiceUnavailableException",
      ]
    ),
    (.expiredCredentials, ["ExpiredToken", "ExpiredTokenException"]),
    (.invalidCredentials, ["InvalidAccessKeyId", "InvalidClientTokenId", "UnrecognizedClientException"]),
    (.clockSkew, ["RequestExpired", "RequestInTheFuture", "RequestTimeTooSkewed"]),
    (.signatureRefused, ["AuthFailure", "InvalidSignatureException", "SignatureDoesNotMatch"]),
    (
      .accessDenied,
      [
        "AccessDenied", "AccessDeniedException", "NotAuthorized", "OptInRequired", "KMS.OptInRequired",
        "KmsOptInRequired",
      ]
    ),
    (.queueDoesNotExist, ["NonExistentQueue", "QueueDoesNotExist"]),
    (.receiptHandleInvalid, ["InvalidIdFormat", "ReceiptHandleIsInvalid"]),
    (.messageNotInflight, ["MessageNotInflight"]),
    (.overLimit, ["OverLimit"]),
    (.kmsAccessDenied, ["KMS.AccessDeniedException", "KmsAccessDenied"]),
    (
      .kmsUnavailable,
      [
        "KMS.DisabledException", "KMS.InvalidKeyUsageException", "KMS.InvalidStateException", "KMS.NotFoundException",
        "KmsDisabled", "KmsInvalidKeyUsage", "KmsInvalidState", "KmsNotFound",
      ]
    ),
    (.invalidMessage, ["BatchRequestTooLong", "InvalidMessageContents"]),
    (
      .unsupportedOperation,
      ["InvalidAction", "MissingAction", "UnknownOperationException", "UnsupportedOperation"]
    ),
    (
      .invalidRequest,
      [
        "BatchEntryIdsNotDistinct", "EmptyBatchRequest", "IncompleteSignature", "IncompleteSignatureException",
        "InvalidAddress", "InvalidAttributeName", "InvalidAttributeValue", "InvalidBatchEntryId",
        "InvalidParameterCombination", "InvalidParameterValue", "InvalidSecurity", "MalformedQueryString",
        "MissingAuthenticationToken", "MissingAuthenticationTokenException", "MissingParameter",
        "SerializationException", "TooManyEntriesInBatchRequest", "ValidationError", "ValidationException",
      ]
    ),
  ]
}
