import CCurl
import TestSupport
import Testing

@testable import Curl

@Suite(.timeLimit(.minutes(1))) struct HTTP2Tests {
  @Test(
    arguments: [
      (0x07_5801, true, false), (0x07_FFFF, true, false), (0x08_0000, true, true), (0x08_0E01, true, true),
      (0x09_0000, true, true), (0x08_0000, false, false), (0x07_5801, false, false),
    ] as [(UInt32, Bool, Bool)])
  func `HTTP/2 needs libcurl 8.0 with nghttp2`(version: UInt32, hasHTTP2: Bool, works: Bool) {
    #expect((HTTP2Support(version: version, hasHTTP2: hasHTTP2) == .works) == works)
  }

  @Test func `what is missing is said with the version`() {
    #expect(
      HTTP2Support(version: 0x07_5801, hasHTTP2: true)
        == .missing("is 7.88.1, and those before 8.0.0 fail at the second request of a connection"))
    #expect(HTTP2Support(version: 0x08_0E01, hasHTTP2: false) == .missing("8.14.1 was built without nghttp2"))
  }

  @Test func `the library that is loaded is asked`() {
    let information = unsafe ccurl_version_info().pointee
    let name = unsafe String(cString: information.version)
    let number = unsafe information.version_num
    #expect(CurlClient.libraryVersion.hasPrefix("libcurl/\(name)"))
    if number < 0x08_0000 { #expect(CurlClient.http2PriorKnowledge != .works) }
    if case .missing(let reason) = CurlClient.http2PriorKnowledge { #expect(reason.contains(name)) }
  }

  @Test func `a refused stream is not sent again by libcurl, which would do so five times`() async throws {
    // RFC 9113: the preface of a server (section 3.4), and RST_STREAM with REFUSED_STREAM (7) for stream 1 (section 6.4).
    let settings: [UInt8] = [0, 0, 0, 4, 0, 0, 0, 0, 0]
    let refusal: [UInt8] = [0, 0, 4, 3, 0, 0, 0, 0, 1, 0, 0, 0, 7]
    // What comes after the client's preface is the request itself, or the frame after it that answers ours.
    let peer = try ScriptedPeer { _ in [.readHead, .sendBytes(settings), .readBytes(9), .sendBytes(refusal)] }
    let client = try CurlClient()
    let error = await #expect(throws: CurlError.self) {
      try await client.execute(
        CurlRequest(method: "POST", url: peer.url, body: Array("body".utf8), version: .http2PriorKnowledge))
    }
    #expect(error?.code == .closedBeforeAnswer)
    #expect(peer.record.requests.first?.text.hasPrefix("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") == true)
    #expect(peer.record.connectionCount == 1)
  }

  @Test func `requests of both versions take turns on one handle`() async throws {
    let client = try CurlClient()
    let old = try ScriptedPeer { _ in [.answerAll("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")] }
    let new = try ScriptedPeer { _ in [.readHead, .close] }
    for _ in 0..<2 {
      #expect(try await client.execute(CurlRequest(method: "POST", url: old.url)).status == 200)
      _ = try? await client.execute(CurlRequest(method: "POST", url: new.url, version: .http2PriorKnowledge))
    }
    #expect(old.record.requests.map { $0.lines[0] } == ["POST / HTTP/1.1", "POST / HTTP/1.1"])
    #expect(new.record.requests.map { $0.lines[0] } == ["PRI * HTTP/2.0", "PRI * HTTP/2.0"])
  }
}
