internal import CCurl

/// One request on its way: the handle, what libcurl's callbacks read and fill, and the limits. Used by the loop's thread
/// alone. Kept with its handle for the next request when it ends well.
@safe
final class Transfer {
  /// What all handles of a client have in common.
  struct Constants {
    let maximumIdleTime: Duration
    let clock: LoopClock
    let noProxy = ProxyExemptions.list(environment: Environment.value)
  }

  let handle: EasyHandle
  /// Place in the table of running transfers.
  var index = 0
  private(set) var call: Call?

  let clock: LoopClock
  var headers = HeaderList()
  var applied = AppliedOptions()
  /// Where libcurl puts the sentence of an error (CURLOPT_ERRORBUFFER); it must outlive the handle's use of it.
  let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

  private(set) var deadlines: TransferDeadlines
  private var unsent: ArraySlice<UInt8> = []
  private var bytesTaken = 0
  private var keptBodyLimit = 0
  private var bodyLimit = 0
  private var isReplayable = false
  /// How often a request was about to be written.
  private var attempts = 0
  private(set) var head = AnswerHead()
  private var body: [UInt8] = []
  private var bodyLength = 0
  /// Why a callback of ours ended the transfer.
  private var refusal: (code: CurlError.Code, message: String)?

  init(_ constants: Constants) throws(CurlError) {
    handle = try EasyHandle()
    clock = constants.clock
    deadlines = TransferDeadlines(start: constants.clock.now, idleTimeout: nil, totalTimeout: nil)
    unsafe errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    try setConstants(constants)
  }

  deinit { unsafe errorText.deallocate() }

  /// Readies the handle for a request. The call must come from ``clear()`` or a new transfer.
  func prepare(_ call: Call) throws(CurlError) {
    let request = call.request
    try apply(request)
    self.call = call
    deadlines = TransferDeadlines(
      start: clock.now, idleTimeout: request.idleTimeout, totalTimeout: request.totalTimeout)
    unsent = request.body[...]
    keptBodyLimit = request.keptBodyLimit
    bodyLimit = request.bodyLimit
    isReplayable = request.isReplayable
  }

  /// Forgets the request and its answer.
  func clear() {
    call = nil
    unsent = []
    bytesTaken = 0
    attempts = 0
    head = AnswerHead()
    body = []
    bodyLength = 0
    refusal = nil
    unsafe errorText[0] = 0
  }

  // MARK: Deadlines

  var overdue: CurlError.Code? { deadlines.passed(at: clock.now) }

  /// Bytes of the body that the peer has taken since the last look are activity.
  func sampleSending() {
    guard isSending else { return }
    let taken = handle.size(CURLINFO_SIZE_UPLOAD_T)
    if taken > bytesTaken { deadlines.noteActivity(at: clock.now) }
    bytesTaken = taken
  }

  func nextLook(sample: Duration) -> ContinuousClock.Instant? {
    guard let next = deadlines.next(after: clock.now) else { return nil }
    return isSending ? min(next, clock.now + sample) : next
  }

  private var isSending: Bool { bytesTaken < (call?.request.body.count ?? 0) && !head.isComplete }

  // MARK: What libcurl tells

  // libcurl goes back and writes a request again, up to five times, when a kept connection closes before a byte of an
  // answer came. No option forbids it, so three gates do: the second attempt may take no kept connection (which would
  // be lost to others), it may not make a new one, and nothing is written in any case. Requests without effect, GET and
  // HEAD without a body, may pass.

  /// A new connection is about to be made.
  var mayConnect: Bool { attempts == 0 || isReplayable }

  /// A request is about to be written, on a new or a kept connection. False refuses to.
  func mayWrite() -> Bool {
    attempts += 1
    guard attempts == 1 || isReplayable else { return false }
    if !isReplayable { forbidKeptConnections() }
    deadlines.noteActivity(at: clock.now)
    return true
  }

  /// Fills libcurl's buffer with the next bytes of the body.
  func readBody(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let piece = unsent.prefix(buffer.count)
    unsafe buffer.copyBytes(from: piece)
    unsent = unsent.dropFirst(piece.count)
    deadlines.noteActivity(at: clock.now)
    return piece.count
  }

  /// False ends the transfer.
  func takeHeaderLine(_ line: UnsafeRawBufferPointer) -> Bool {
    deadlines.noteActivity(at: clock.now)
    guard unsafe head.take(line, status: { handle.long(CURLINFO_RESPONSE_CODE) }) else {
      refusal = (.badAnswer, "the answer's header is larger than \(AnswerHead.byteLimit) bytes")
      return false
    }
    return true
  }

  /// False ends the transfer.
  func takeBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
    deadlines.noteActivity(at: clock.now)
    bodyLength += bytes.count
    guard bodyLength <= bodyLimit else {
      refusal = (.bodyTooLarge, "the answer's body is larger than \(bodyLimit) bytes")
      return false
    }
    let room = keptBodyLimit - body.count
    if room > 0 { unsafe body.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes.prefix(room))) }
    return true
  }

  // MARK: The end

  func outcome(_ code: CURLcode) -> Call.Outcome {
    guard code == CURLE_OK else { return .failure(error(for: code)) }
    // libcurl is content with a header that is cut off, and with an interim answer as the only one.
    guard head.isComplete else {
      return .failure(
        head.isCutOff
          ? error(.partialAnswer, "the peer closed inside the header of its answer")
          : error(.closedBeforeAnswer, "the peer closed before its final answer"))
    }
    return .success(
      CurlResponse(
        status: handle.long(CURLINFO_RESPONSE_CODE), headerBlock: head.block, body: body, bodyLength: bodyLength,
        connectionWasReused: connectionWasReused))
  }

  private func error(for code: CURLcode) -> CurlError {
    if let refusal { return error(refusal.code, refusal.message, curlCode: code) }
    let systemError = Int32(truncatingIfNeeded: handle.long(CURLINFO_OS_ERRNO))
    let kind = CurlError.Code(
      code, systemError: systemError, requestWasWritten: attempts > 0, answerBegan: head.hasBegun)
    var words = unsafe String(cString: errorText)
    if words.isEmpty { words = CurlLibrary.words(for: code) }
    if kind == .connectionFailed, systemError != 0 { words = Environment.words(forSystemError: systemError) }
    return error(kind, words, curlCode: code)
  }

  /// An error with all that is known of the transfer.
  func error(_ code: CurlError.Code, _ message: String, curlCode: CURLcode? = nil) -> CurlError {
    let address = call.map { " at " + $0.request.address } ?? ""
    return CurlError(
      code: code, message: message + address, curlCode: curlCode.map { Int32(bitPattern: $0.rawValue) },
      connectionWasReused: connectionWasReused, answerBegan: head.hasBegun)
  }

  /// libcurl counts the connections that a transfer opened, its second attempts included. A second attempt that was
  /// refused began on a kept one.
  private var connectionWasReused: Bool {
    attempts > 0 && (handle.long(CURLINFO_NUM_CONNECTS) == 0 || (attempts > 1 && !isReplayable))
  }
}
