extension AWSError {
  /// What kind of failure it is, in the words a program decides by.
  package enum Code: Sendable, Hashable {
    /// The service asks to be called less often; includes KMS's limit on an encrypted queue.
    case throttling
    /// The service is in trouble (5xx, timeouts it reports): the same call may work later.
    case transient
    /// No answer came; `AWSError.transport` says why.
    case transport
    /// Our own task was cancelled, or the client was shut down, while the call ran.
    case cancelled
    /// The session token has run out: fresh credentials are needed before a retry can work.
    case expiredCredentials
    /// AWS does not know the access key or the token.
    case invalidCredentials
    /// No usable credentials were found, or what was found is malformed; nothing was sent.
    case credentials
    /// The source of the credentials is known but gave none this time: a later call asks it again. Nothing was sent.
    case credentialsUnavailable
    /// Signed with a clock that is off: correct it by the answer's date, then retry.
    case clockSkew
    /// The signature was refused although the clocks agree: wrong secret, or a proxy that changes requests.
    case signatureRefused
    /// IAM, the queue's policy, or a policy of the VPC endpoint forbids the call.
    case accessDenied
    case queueDoesNotExist
    /// The receipt handle is malformed or belongs to another queue.
    case receiptHandleInvalid
    /// The visibility timeout has run out; another consumer may have the message.
    case messageNotInflight
    /// Too many messages in flight: receive no more before some are deleted.
    case overLimit
    /// The role may not use the queue's KMS key.
    case kmsAccessDenied
    /// The queue's KMS key is disabled, deleted or otherwise unusable.
    case kmsUnavailable
    /// The call has a bad argument.
    case invalidRequest
    /// A message to send has characters that SQS does not take, or is too large.
    case invalidMessage
    /// The server does not know the operation: often an emulator that speaks only the older Query protocol.
    case unsupportedOperation
    /// The answer's status is success and its content is not what the operation answers.
    case badAnswer
    /// A setting or an environment variable is wrong; nothing was sent.
    case configuration
    /// None of the above; `awsCode` and `status` say more.
    case other
  }

  /// A later attempt may succeed. After `.expiredCredentials` and `.clockSkew` only once the cause is corrected, after
  /// `.overLimit` only when messages have been deleted.
  package var isRetryable: Bool {
    switch code {
    case .throttling, .transient, .overLimit, .expiredCredentials, .clockSkew, .credentialsUnavailable: true
    case .transport: transport?.isWorthRepeating ?? true
    default: false
    }
  }

  /// The service asked for fewer calls: a retry waits longer than after other failures.
  package var isThrottling: Bool { code == .throttling }
}

extension AWSError.Code {
  /// What to do about it, for those failures whose cause is regularly one of a few.
  var advice: String? {
    switch self {
    case .queueDoesNotExist:
      "Check the queue URL, its region and its account; a missing permission on another account's queue looks the same"
    case .accessDenied: "Check the policy of the role in use and the queue's policy"
    case .kmsAccessDenied: "The role needs kms:Decrypt (and kms:GenerateDataKey to send) on the queue's key"
    case .clockSkew: "The local clock and the server's disagree; check time synchronisation"
    case .unsupportedOperation: "Emulators need the AWS JSON protocol: LocalStack 3, ElasticMQ 1.5, moto 5 or later"
    default: nil
    }
  }
}
