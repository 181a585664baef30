import TestSupport

@testable import FastCGI

extension PHPFPM {
  var address: FastCGIAddress { .unix(path: socket) }

  /// A client that keeps its connections however slow the test is.
  func client() -> FastCGIClient {
    var limits = FastCGILimits()
    limits.idleTime = .seconds(600)
    return FastCGIClient(address: address, maximumConnections: 4, limits: limits)
  }

  /// A request for a script, which is written first if its text is given.
  func request(_ name: String, _ text: String? = nil, body: [UInt8] = []) throws -> FastCGIRequest {
    let path = "\(folder)/\(name)"
    if let text { try write(name, text) }
    return FastCGIRequest(
      parameters: [
        ("GATEWAY_INTERFACE", "CGI/1.1"), ("SERVER_PROTOCOL", "HTTP/1.1"), ("REQUEST_METHOD", "POST"),
        ("REQUEST_URI", "/worker/queue?x=y"), ("QUERY_STRING", "x=y"), ("SCRIPT_FILENAME", path),
        ("SCRIPT_NAME", "/\(name)"), ("CONTENT_TYPE", "application/json"), ("CONTENT_LENGTH", "\(body.count)"),
        ("HTTP_X_AWS_SQSD_MSGID", "m1"),
      ], body: body)
  }
}
