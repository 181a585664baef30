import TestSupport
import Testing

@testable import FastCGI

extension ScriptedPeer {
  /// A client of this peer that gives up early rather than late where it waits.
  func client(kept: Int = 8, _ change: (inout FastCGILimits) -> Void = { _ in }) -> FastCGIClient {
    var limits = FastCGILimits()
    limits.idleTime = .seconds(600)
    limits.acceptTime = .seconds(600)
    change(&limits)
    return FastCGIClient(address: .tcp(host: "127.0.0.1", port: port), maximumConnections: kept, limits: limits)
  }
}

extension FastCGIRequest {
  /// A request whose end ``ScriptedPeer/Step/readHead`` finds.
  static func scripted(_ size: Int = 0) -> FastCGIRequest {
    FastCGIRequest(
      parameters: [("REQUEST_METHOD", "POST")], body: [UInt8](repeating: 0x78, count: size) + Array("\r\n\r\n".utf8))
  }
}

extension FastCGIClient {
  func run(
    _ request: FastCGIRequest, onErrorOutput: @escaping FastCGIRequest.ErrorOutput = { _ in }
  ) async throws(FastCGIError) -> FastCGIAnswer {
    try await call(request, onErrorOutput: onErrorOutput).answer()
  }

  func failure(of request: FastCGIRequest = .scripted()) async throws -> FastCGIError {
    let error = await #expect(throws: FastCGIError.self) { try await self.run(request) }
    return try #require(error)
  }
}

/// What an application writes to its standard error.
final class ErrorOutput: Sendable {
  private let bytes = TestSignal<[UInt8]>([])

  var text: String { String(decoding: bytes.current, as: UTF8.self) }

  var sink: FastCGIRequest.ErrorOutput {
    { span in
      var piece: [UInt8] = []
      for index in span.indices { piece.append(span[index]) }
      let more = piece
      self.bytes.update { $0 += more }
    }
  }

  func wait(for text: String) async throws {
    try await bytes.wait { String(decoding: $0, as: UTF8.self).contains(text) }
  }
}
