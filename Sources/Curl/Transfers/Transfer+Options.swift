internal import CCurl

extension Transfer {
  /// Each kept handle holds one such copy. libcurl sends up to 64 KiB along with the header.
  private static let copiedBodyLimit = 16 << 10

  /// The options that stay for the life of the handle.
  func setConstants(_ constants: Constants) throws(CurlError) {
    // The loop is not the main thread, and signals are the program's.
    try handle.set(CURLOPT_NOSIGNAL, to: true)
    try handle.set(CURLOPT_PROTOCOLS_STR, to: "http,https")
    try handle.set(CURLOPT_FOLLOWLOCATION, to: false)
    try handle.set(CURLOPT_SSLVERSION, to: CURL_SSLVERSION_TLSv1_2)
    try handle.set(CURLOPT_SSL_VERIFYPEER, to: true)
    try handle.set(CURLOPT_SSL_VERIFYHOST, to: 2)
    switch proxyPolicy {
    case .none: try handle.set(CURLOPT_PROXY, to: "")
    case .environment(let hosts): try handle.set(CURLOPT_NOPROXY, to: hosts)
    }
    // The answer to CONNECT is not the peer's.
    try handle.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, to: true)
    // A signature covers the path as it is written.
    try handle.set(CURLOPT_PATH_AS_IS, to: true)
    // Ending a transfer must not wait for the resolver's thread, which would stop the whole loop.
    try handle.set(CURLOPT_QUICK_EXIT, to: true)
    // A request may wait hours for its answer; a router that forgets the connection meanwhile would go unnoticed.
    try handle.set(CURLOPT_TCP_KEEPALIVE, to: true)
    // A body is read in pieces of this size, and each piece that is read is a sign of life. 16 KiB is the least that
    // libcurl takes; the kernel reports room in larger steps.
    try handle.set(CURLOPT_UPLOAD_BUFFERSIZE, to: 16 << 10)
    try handle.set(CURLOPT_MAXAGE_CONN, to: max(1, constants.maximumIdleTime.wholeMilliseconds / 1000))
    try setCallbacks()
  }

  /// The options of one request; only those that differ from the last one's are set.
  func apply(_ request: CurlRequest) throws(CurlError) {
    if applied.url != request.url {
      applied.url = ""
      try handle.set(CURLOPT_URL, to: request.url)
      applied.url = request.url
    }
    if applied.unixSocketPath != request.unixSocketPath {
      try handle.set(CURLOPT_UNIX_SOCKET_PATH, to: request.unixSocketPath)
      // The empty string is "no proxy", none at all is "as the environment says".
      try handle.set(CURLOPT_PROXY, to: request.unixSocketPath == nil && proxyPolicy != .none ? nil : "")
      applied.unixSocketPath = request.unixSocketPath
    }
    try applyMethod(request)
    let connectTimeout = max(1, request.connectTimeout.wholeMilliseconds)
    if applied.connectTimeout != connectTimeout {
      try handle.set(CURLOPT_CONNECTTIMEOUT_MS, to: connectTimeout)
      applied.connectTimeout = connectTimeout
    }
    if applied.freshConnection != request.freshConnection {
      try handle.set(CURLOPT_FRESH_CONNECT, to: request.freshConnection)
      applied.freshConnection = request.freshConnection
    }
    if applied.connectOnly != request.connectOnly {
      try handle.set(CURLOPT_CONNECT_ONLY, to: request.connectOnly)
      applied.connectOnly = request.connectOnly
    }
    if applied.version != request.version {
      switch request.version {
      case .http1: try handle.set(CURLOPT_HTTP_VERSION, to: CURL_HTTP_VERSION_1_1)
      case .http2PriorKnowledge: try handle.set(CURLOPT_HTTP_VERSION, to: CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE)
      }
      applied.version = request.version
    }
    headers.replace(with: request.headers)
    try handle.set(headers: headers)
  }

  /// From now on until the next request: what libcurl connects to anew must be new. The connection in use stays in use.
  func forbidKeptConnections() {
    guard !applied.freshConnection else { return }
    // It cannot fail, and if it did the other gates would hold.
    applied.freshConnection = (try? handle.set(CURLOPT_FRESH_CONNECT, to: true)) != nil
  }

  private func applyMethod(_ request: CurlRequest) throws(CurlError) {
    let kind: AppliedOptions.Kind =
      switch (request.method, request.body.isEmpty) {
      case ("GET", true): .get
      case ("HEAD", _): .head
      default: .withBody
      }
    if applied.kind != kind {
      switch kind {
      case .get: try handle.set(CURLOPT_HTTPGET, to: true)
      case .head: try handle.set(CURLOPT_NOBODY, to: true)
      case .withBody: try handle.set(CURLOPT_POST, to: true)
      }
      applied.kind = kind
    }
    let custom = kind == .withBody && request.method != "POST" ? request.method : nil
    if applied.customMethod != custom {
      try handle.set(CURLOPT_CUSTOMREQUEST, to: custom)
      applied.customMethod = custom
    }
    if kind == .withBody { try applyBody(request.body) }
  }

  /// A small body is copied by libcurl, which then sends it along with the header: one system call instead of three,
  /// a third of the whole cost of a small request. A large one goes through the read callback, without a copy.
  private func applyBody(_ body: [UInt8]) throws(CurlError) {
    if applied.bodySize != body.count {
      try handle.set(CURLOPT_POSTFIELDSIZE_LARGE, toSize: body.count)
      applied.bodySize = body.count
    }
    if !body.isEmpty, body.count <= Self.copiedBodyLimit {
      // After the size: libcurl copies that many bytes.
      try handle.set(copiedBody: body)
      applied.hasCopiedBody = true
    } else if applied.hasCopiedBody {
      try handle.set(copiedBody: nil)
      applied.hasCopiedBody = false
    }
  }
}
