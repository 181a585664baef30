internal import CCurl
internal import Glibc

extension CurlError.Code {
  /// What a result of libcurl's means for the caller, who has to know above all whether the request may have reached
  /// the peer. The numbers are in libcurl's documentation, "libcurl-errors".
  init(_ code: CURLcode, systemError: Int32, requestWasWritten: Bool, answerBegan: Bool) {
    self =
      if requestWasWritten {
        Self.afterWriting(code, systemError: systemError, answerBegan: answerBegan)
      } else {
        Self.beforeWriting(code)
      }
  }

  private static func beforeWriting(_ code: CURLcode) -> Self {
    switch code {
    case CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT, CURLE_BAD_FUNCTION_ARGUMENT: .invalidRequest
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .nameNotResolved
    // Only the connect timeout is libcurl's; the others are ours.
    case CURLE_OPERATION_TIMEDOUT: .connectTimeout
    case _ where isTLS(code): .tlsFailed
    // With a proxy in between: its answer to CONNECT, or none.
    case CURLE_COULDNT_CONNECT, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_GOT_NOTHING: .connectionFailed
    default: .other
    }
  }

  private static func afterWriting(_ code: CURLcode, systemError: Int32, answerBegan: Bool) -> Self {
    switch code {
    // Beside the plain end of a connection: a kept one was closed, and the request is not written a second time,
    // because libcurl cannot rewind its body (65), or because our gates let it neither write (42) nor connect (7). A
    // GET may, but no new connection could be made for it.
    case CURLE_GOT_NOTHING, CURLE_SEND_FAIL_REWIND, CURLE_ABORTED_BY_CALLBACK, CURLE_COULDNT_CONNECT,
      CURLE_COULDNT_RESOLVE_HOST, CURLE_OPERATION_TIMEDOUT:
      .closedBeforeAnswer
    case CURLE_PARTIAL_FILE: .partialAnswer
    case CURLE_SEND_ERROR: systemError == ECONNRESET ? .connectionReset : .sendFailed
    // The same number stands for a socket that fails and for chunks that cannot be read.
    case CURLE_RECV_ERROR: systemError != 0 || !answerBegan ? .connectionReset : .badAnswer
    // 1 is an answer that does not begin with "HTTP/"; 27 and 100 are lines that libcurl finds too long; 16 and 92 are
    // HTTP/2's.
    case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING, CURLE_WRITE_ERROR,
      CURLE_OUT_OF_MEMORY, CURLE_HTTP2, CURLE_HTTP2_STREAM, tooLarge:
      .badAnswer
    case _ where isTLS(code): .tlsFailed
    default: .other
    }
  }

  /// CURLE_TOO_LARGE, which libcurl 7.88 does not know yet.
  private static let tooLarge = CURLcode(rawValue: 100)

  private static func isTLS(_ code: CURLcode) -> Bool {
    switch code {
    case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
      CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CRL_BADFILE, CURLE_SSL_PINNEDPUBKEYNOTMATCH,
      CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT, CURLE_SSL_ENGINE_INITFAILED, CURLE_USE_SSL_FAILED:
      true
    default: false
    }
  }
}
