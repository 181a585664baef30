/// How far one request and its answer have come.
struct TransferProgress {
  var deadlines = TransferDeadlines()
  /// What the read callback has not given to libcurl yet.
  var unread: ArraySlice<UInt8> = []
  /// How often the request was about to be written.
  var attempts = 0
  /// Of the latest attempt.
  var connectionWasReused = false
  var head = AnswerHead()
  private(set) var body: [UInt8] = []
  private(set) var bodyLength = 0
  /// Why a callback of ours ended the transfer.
  var refusal: (code: CurlError.Code, message: String)?
  private var keptBodyLimit = 0
  private var bodyLimit = 0

  /// Of no request.
  init() {}

  init(of request: CurlRequest, since start: ContinuousClock.Instant) {
    deadlines = TransferDeadlines(start: start, idleTimeout: request.idleTimeout, totalTimeout: request.totalTimeout)
    unread = request.body[...]
    keptBodyLimit = request.keptBodyLimit
    bodyLimit = request.bodyLimit
  }

  /// False refuses the rest of the answer.
  mutating func takeHeaderLine(_ line: some Collection<UInt8>, status: () -> Int) -> Bool {
    if head.take(line, status: status) { return true }
    refusal = (.badAnswer, "the answer's header is larger than \(AnswerHead.byteLimit) bytes")
    return false
  }

  /// False refuses the rest of the answer.
  mutating func takeBody(_ bytes: some Collection<UInt8>) -> Bool {
    bodyLength += bytes.count
    guard bodyLength <= bodyLimit else {
      refusal = (.bodyTooLarge, "the answer's body is larger than \(bodyLimit) bytes")
      return false
    }
    let room = keptBodyLimit - body.count
    if room > 0 { body.append(contentsOf: bytes.prefix(room)) }
    return true
  }
}
