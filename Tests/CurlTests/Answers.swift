import Curl
import TestSupport
import Testing

/// Answers that scripts send.
enum Answer {
  static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
  static let processing = "HTTP/1.1 102 Processing\r\n\r\n"
}

extension CurlClient {
  /// The error of a request that must fail.
  func failure(
    of request: CurlRequest, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> CurlError {
    try #require(await #expect(throws: CurlError.self, sourceLocation: sourceLocation) { try await execute(request) })
  }
}

extension CurlClient {
  /// The same, and how long it took: by the client's own thread, which no other test can hold up.
  func timedFailure(of request: CurlRequest) async throws -> (error: CurlError, took: Duration) {
    try await withTaskExecutorPreference(executor) {
      let start = ContinuousClock.now
      return (try await failure(of: request), ContinuousClock.now - start)
    }
  }
}

extension ScriptedPeer {
  func post(_ body: [UInt8] = Array("hello".utf8)) -> CurlRequest {
    CurlRequest(method: "POST", url: url + "/queue", body: body)
  }

  var get: CurlRequest { CurlRequest(method: "GET", url: url + "/health") }
}

/// A small deterministic generator (SplitMix64), so that a failing case can be run again.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
