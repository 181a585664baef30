internal import CCurl

/// Sole owner of a `CURL *`. Freed with its owner, which must have taken it out of its ``MultiHandle`` before.
@safe
struct EasyHandle: ~Copyable {
  /// For ``MultiHandle``, which adds and removes it; nobody keeps it.
  let pointer: UnsafeMutableRawPointer

  init() throws(CurlError) {
    try CurlLibrary.initialise()
    guard let pointer = unsafe curl_easy_init() else {
      throw CurlError(code: .other, message: "libcurl could not make a handle: out of memory")
    }
    unsafe self.pointer = unsafe pointer
  }

  deinit { unsafe curl_easy_cleanup(pointer) }

  /// For switches, counts, milliseconds and constants.
  func set(_ option: CURLoption, to value: Int) throws(CurlError) {
    try CurlLibrary.check(unsafe ccurl_easy_set_long(pointer, option, value))
  }

  func set(_ option: CURLoption, to value: Bool) throws(CurlError) { try set(option, to: value ? 1 : 0) }

  /// For the options named `_LARGE`.
  func set(_ option: CURLoption, toSize value: Int) throws(CurlError) {
    try CurlLibrary.check(unsafe ccurl_easy_set_size(pointer, option, curl_off_t(value)))
  }

  /// Copied by libcurl; `nil` goes back to its default.
  func set(_ option: CURLoption, to value: String?) throws(CurlError) {
    guard let value else { return try CurlLibrary.check(unsafe ccurl_easy_set_string(pointer, option, nil)) }
    try CurlLibrary.check(unsafe value.withCString { text in unsafe ccurl_easy_set_string(pointer, option, text) })
  }

  /// Copies as many bytes as CURLOPT_POSTFIELDSIZE_LARGE says; `nil` forgets them.
  func set(copiedBody: [UInt8]?) throws(CurlError) {
    guard let copiedBody else {
      return try CurlLibrary.check(unsafe ccurl_easy_set_bytes(pointer, CURLOPT_COPYPOSTFIELDS, nil))
    }
    let result = unsafe copiedBody.withUnsafeBytes { bytes in
      unsafe ccurl_easy_set_bytes(pointer, CURLOPT_COPYPOSTFIELDS, bytes.baseAddress)
    }
    try CurlLibrary.check(result)
  }

  /// Sends these lines; the list must live until the transfer has ended.
  func set(headers: borrowing HeaderList) throws(CurlError) {
    try CurlLibrary.check(unsafe ccurl_easy_set_list(pointer, CURLOPT_HTTPHEADER, headers.first))
  }

  /// libcurl keeps the address: what is there must outlive the handle, or be replaced before it goes.
  @unsafe
  func set(_ option: CURLoption, toPointer value: UnsafeMutableRawPointer?) throws(CurlError) {
    try CurlLibrary.check(unsafe ccurl_easy_set_pointer(pointer, option, value))
  }

  /// For the callbacks that take or give bytes.
  func set(_ option: CURLoption, _ callback: ccurl_data_callback) throws(CurlError) {
    try CurlLibrary.check(unsafe ccurl_easy_set_data_callback(pointer, option, callback))
  }

  /// Called each time that a request is about to be written.
  func setPrerequest(_ callback: ccurl_prerequest_callback) throws(CurlError) {
    try CurlLibrary.check(unsafe ccurl_easy_set_prerequest_callback(pointer, callback))
  }

  /// Called for each new connection.
  func setOpenSocket(_ callback: ccurl_open_socket_callback) throws(CurlError) {
    try CurlLibrary.check(unsafe ccurl_easy_set_open_socket_callback(pointer, callback))
  }

  func long(_ info: CURLINFO) -> Int { unsafe ccurl_easy_get_long(pointer, info) }
}
