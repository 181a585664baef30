internal import CCurl

/// Sole owner of a `CURLM *`: the connections and the transfers on them. Used by one thread; only its ``waker`` may be
/// used by others.
@safe
struct MultiHandle: ~Copyable {
  private let pointer: UnsafeMutableRawPointer

  /// Idle connections beyond `keptConnections` are closed, the oldest first.
  init(keptConnections: Int) throws(CurlError) {
    try CurlLibrary.initialise()
    guard let pointer = unsafe curl_multi_init() else {
      throw CurlError(code: .other, message: "libcurl could not make a multi handle: out of memory or descriptors")
    }
    unsafe self.pointer = unsafe pointer
    // Setting these fails only for an option that libcurl does not know.
    _ = unsafe ccurl_multi_set_long(pointer, CURLMOPT_MAXCONNECTS, keptConnections)
    // The default would make a transfer look for a connection to share, and HTTP/2 share one: then a connection would no
    // longer be a request under way, and one that closes would end many.
    _ = unsafe ccurl_multi_set_long(pointer, CURLMOPT_PIPELINING, Int(CURLPIPE_NOTHING))
  }

  deinit { _ = unsafe curl_multi_cleanup(pointer) }

  func add(_ easy: borrowing EasyHandle) throws(CurlError) {
    try Self.check(unsafe curl_multi_add_handle(pointer, easy.pointer))
  }

  /// Ends the transfer if it still runs, and closes its connection then.
  func remove(_ easy: borrowing EasyHandle) {
    // It can only fail for a handle that is not part of this one, or from inside a callback.
    _ = unsafe curl_multi_remove_handle(pointer, easy.pointer)
  }

  /// Lets every transfer do what it can do without waiting. False if libcurl itself is in trouble.
  func perform() -> Bool {
    var running: Int32 = 0
    return unsafe curl_multi_perform(pointer, &running) == CURLM_OK
  }

  /// Waits for a socket, a timer of libcurl's, a wake-up or the given time. False if it could not wait.
  func wait(milliseconds: Int32) -> Bool {
    unsafe curl_multi_poll(pointer, nil, 0, milliseconds, nil) == CURLM_OK
  }

  /// The next transfer that libcurl is done with, as the pointer that its handle was given as CURLOPT_PRIVATE.
  func nextFinished() -> (owner: UnsafeMutableRawPointer, code: CURLcode)? {
    var code = CURLE_OK
    guard let easy = unsafe ccurl_multi_next_finished(pointer, &code),
      let owner = unsafe ccurl_easy_get_private(easy)
    else { return nil }
    return unsafe (owner, code)
  }

  /// Must not be used after the handle is gone: ``LoopInbox`` drops it under its lock.
  var waker: Waker { unsafe Waker(pointer: pointer) }

  private static func check(_ code: CURLMcode) throws(CurlError) {
    guard code != CURLM_OK else { return }
    throw CurlError(code: .other, message: unsafe String(cString: curl_multi_strerror(code)))
  }

  /// Ends the wait of the thread that owns the handle, from any other: `curl_multi_wakeup` is the one function of the
  /// multi interface that is safe to call from there.
  @safe
  struct Waker: @unchecked Sendable {
    fileprivate let pointer: UnsafeMutableRawPointer

    func wake() {
      // It fails when the wake-up socket is full, and then the wait ends anyway.
      _ = unsafe curl_multi_wakeup(pointer)
    }
  }
}
