internal import CCurl
internal import Glibc

/// What is done once for the process, before the first handle is made.
enum CurlLibrary {
  /// The result of `curl_global_init`. A lazy static runs once, whichever thread comes first, and every client asks
  /// for it before it starts a thread.
  ///
  /// SIGPIPE is ignored along with it: NOSIGNAL keeps libcurl from touching signals, and OpenSSL writes to sockets
  /// without MSG_NOSIGNAL, so that a peer that closes would end the process.
  private static let initialised: CURLcode = {
    _ = signal(SIGPIPE, SIG_IGN)
    return ccurl_global_init()
  }()

  static func initialise() throws(CurlError) { try check(initialised) }

  /// Name and version of libcurl and of the libraries it uses.
  static var version: String {
    _ = initialised
    return unsafe String(cString: curl_version())
  }

  /// Of the library that is loaded, which may be another one than that of the headers.
  static var http2PriorKnowledge: HTTP2Support {
    _ = initialised
    let information = unsafe ccurl_version_info().pointee
    return unsafe HTTP2Support(
      version: information.version_num, hasHTTP2: information.features & CURL_VERSION_HTTP2 != 0)
  }

  /// libcurl's own sentence for a result.
  static func words(for code: CURLcode) -> String { unsafe String(cString: curl_easy_strerror(code)) }

  /// Turns a result outside of a transfer into an error.
  static func check(_ code: CURLcode) throws(CurlError) {
    guard code != CURLE_OK else { return }
    throw CurlError(code: .other, message: words(for: code), curlCode: Int32(bitPattern: code.rawValue))
  }
}
