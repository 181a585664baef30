internal import CCurl

/// One request on its way: libcurl's handle, what its callbacks read and fill, and the limits. Used by the loop's thread
/// alone. Kept with its handle for the next request when it ends well.
@safe
final class Transfer {
  /// What all handles of a client have in common.
  struct Constants {
    let maximumIdleTime: Duration
    let clock: LoopClock
    let proxyPolicy = ProxyPolicy(environment: Environment.value)
  }

  let handle: EasyHandle
  var headers = HeaderList()
  var applied = AppliedOptions()
  /// Where libcurl puts the sentence of an error (CURLOPT_ERRORBUFFER).
  let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
  let clock: LoopClock
  let proxyPolicy: ProxyPolicy

  private(set) var call: Call?
  /// Place in the table of running transfers.
  var index = 0
  private var progress: TransferProgress

  init(_ constants: Constants) throws(CurlError) {
    handle = try EasyHandle()
    clock = constants.clock
    proxyPolicy = constants.proxyPolicy
    progress = TransferProgress()
    unsafe errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    try setConstants(constants)
  }

  deinit {
    // The handle goes after this, and must not write there any more. Its callbacks need a running transfer.
    try? unsafe handle.set(CURLOPT_ERRORBUFFER, toPointer: nil)
    unsafe errorText.deallocate()
  }

  /// Readies the handle for a request. The transfer must be new or ``clear()``.
  func prepare(_ call: Call) throws(CurlError) {
    try apply(call.request)
    self.call = call
    progress = TransferProgress(of: call.request, since: clock.now)
  }

  /// Forgets the request and its answer.
  func clear() {
    call = nil
    progress = TransferProgress()
    unsafe errorText[0] = 0
  }

  // MARK: Deadlines

  /// Which limit is over by now.
  var overdue: CurlError.Code? { progress.deadlines.passed(at: clock.now) }

  /// When this transfer has to be looked at again, at the latest; nil for never.
  var nextLook: ContinuousClock.Instant? { progress.deadlines.next(after: clock.now) }

  private func noteActivity() { progress.deadlines.noteActivity(at: clock.now) }

  // MARK: What libcurl tells

  // libcurl goes back and writes a request again, up to five times, when a kept connection closes before a byte of an
  // answer came. No option forbids it, so three gates do: the second attempt may take no kept connection (which would
  // be lost to others), it may not make a new one, and nothing is written in any case. Requests without effect, GET and
  // HEAD without a body, may pass.

  private var mayRepeat: Bool { call?.request.isReplayable ?? false }

  /// A new connection is about to be made. False refuses to.
  var mayConnect: Bool { progress.attempts == 0 || mayRepeat }

  /// The request is about to be written, on a new or a kept connection. False refuses to.
  func mayWrite() -> Bool {
    progress.attempts += 1
    if !mayRepeat {
      guard progress.attempts == 1 else { return false }
      forbidKeptConnections()
    }
    progress.connectionWasReused = handle.long(CURLINFO_NUM_CONNECTS) == 0
    noteActivity()
    return true
  }

  /// Fills libcurl's buffer with the next bytes of the body; how many, 0 at its end. libcurl asks for more when the peer,
  /// or the kernel's buffer on the way to it, has taken all of the piece before.
  func readBody(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let piece = progress.unread.prefix(buffer.count)
    unsafe buffer.copyBytes(from: piece)
    progress.unread = progress.unread.dropFirst(piece.count)
    noteActivity()
    return piece.count
  }

  /// False ends the transfer.
  func takeHeaderLine(_ line: UnsafeRawBufferPointer) -> Bool {
    noteActivity()
    return unsafe progress.takeHeaderLine(line) { handle.long(CURLINFO_RESPONSE_CODE) }
  }

  /// False ends the transfer.
  func takeBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
    noteActivity()
    return unsafe progress.takeBody(bytes)
  }

  // MARK: The end

  /// What the caller gets for libcurl's result.
  func outcome(_ code: CURLcode) -> Call.Outcome {
    guard code == CURLE_OK else { return .failure(error(for: code)) }
    let head = progress.head
    if call?.request.connectOnly == true {
      return .success(
        CurlResponse(
          status: 0, headerBlock: head.block, body: [], bodyLength: 0,
          connectionWasReused: progress.connectionWasReused))
    }
    // libcurl is content with a header that is cut off, and with an interim answer as the only one.
    guard head.isComplete else {
      return .failure(
        head.isCutOff
          ? error(.partialAnswer, "the peer closed inside the header of its answer")
          : error(.closedBeforeAnswer, "the peer closed before its final answer"))
    }
    return .success(
      CurlResponse(
        status: handle.long(CURLINFO_RESPONSE_CODE), headerBlock: head.block, body: progress.body,
        bodyLength: progress.bodyLength, connectionWasReused: progress.connectionWasReused))
  }

  private func error(for code: CURLcode) -> CurlError {
    if let refusal = progress.refusal { return error(refusal.code, refusal.message, curlCode: code) }
    let systemError = Int32(truncatingIfNeeded: handle.long(CURLINFO_OS_ERRNO))
    let kind = CurlError.Code(
      code, systemError: systemError, requestWasWritten: progress.attempts > 0, answerBegan: progress.head.hasBegun)
    var words = unsafe String(cString: errorText)
    if words.isEmpty { words = CurlLibrary.words(for: code) }
    // libcurl says that it could not connect, and not why.
    if kind == .connectionFailed, systemError != 0 { words = Environment.words(forSystemError: systemError) }
    return error(kind, words, curlCode: code)
  }

  /// An error with all that is known of the transfer.
  func error(_ code: CurlError.Code, _ message: String, curlCode: CURLcode? = nil) -> CurlError {
    let address = call.map { " at " + $0.request.address } ?? ""
    return CurlError(
      code: code, message: message + address, curlCode: curlCode.map { Int32(bitPattern: $0.rawValue) },
      connectionWasReused: progress.connectionWasReused, answerBegan: progress.head.hasBegun)
  }
}
