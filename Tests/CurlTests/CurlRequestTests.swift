import Testing

@testable import Curl

@Suite struct CurlRequestTests {
  private func refusal(_ change: (inout CurlRequest) -> Void) -> String? {
    var request = CurlRequest(method: "POST", url: "http://127.0.0.1:8080/queue", headers: [("X-A", "b")])
    change(&request)
    do throws(CurlError) {
      try request.checkValidity()
      return nil
    } catch {
      #expect(error.code == .invalidRequest)
      return error.message
    }
  }

  @Test(arguments: [
    ("http://h/", true), ("https://h", true), ("ftp://h/", false), ("h:80/", false), ("", false),
    ("http://h/a b", false),
    ("http://h/\r\nX: y", false), ("http://h/\0", false), ("http://h/\u{7F}", false), ("http://h/ü", true),
  ])
  func `a URL needs its scheme and no control characters`(url: String, isValid: Bool) {
    #expect((refusal { $0.url = url } == nil) == isValid)
  }

  @Test(arguments: [
    ("GET", true), ("M-SEARCH", true), ("", false), ("GE T", false), ("GET\r\n", false), ("GÉT", false),
    ("GET:", false),
  ])
  func `a method is a token`(method: String, isValid: Bool) {
    #expect((refusal { $0.method = method } == nil) == isValid)
  }

  @Test func `of the 128 ASCII characters 77 may be in a header name`() {
    let valid = (0..<128).filter { byte in
      let name = "a" + String(UnicodeScalar(UInt8(byte)))
      return refusal { $0.headers = [(name, "b")] } == nil
    }
    #expect(valid.count == 77)
    #expect(refusal { $0.headers = [("", "b")] } != nil)
    #expect(refusal { $0.headers = [("é", "b")] } != nil)
  }

  @Test func `a header value may be anything but CR, LF and NUL`() {
    let refused = (0..<256).filter { scalar in
      refusal { $0.headers = [("X-A", "a" + String(UnicodeScalar(UInt8(scalar))) + "b")] } != nil
    }
    #expect(refused == [0, 10, 13])
    // "\r\n" is one Character in Swift, and a combining mark hides the LF before it in one too.
    #expect(refusal { $0.headers = [("X-A", "\r\n")] } != nil)
    #expect(refusal { $0.headers = [("X-A", "a\n\u{301}")] } != nil)
    #expect(refusal { $0.headers = [("X-A", "")] } == nil)
  }

  @Test func `the message names the header and not its value`() throws {
    let message = try #require(refusal { $0.headers = [("Authorization", "secret\n")] })
    #expect(message.contains("Authorization") && !message.contains("secret"))
  }

  @Test(arguments: ["Content-Length", "TRANSFER-ENCODING", "expect"])
  func `headers that frame the message are the client's`(name: String) {
    #expect(refusal { $0.headers = [(name, "1")] } != nil)
    #expect(refusal { $0.headers = [(name + "x", "1")] } == nil)
  }

  @Test func `headers are limited as a whole`() {
    let limit = CurlRequest.headerBytesLimit
    #expect(refusal { $0.headers = [("a", String(repeating: "b", count: limit - 5))] } == nil)
    #expect(refusal { $0.headers = [("a", String(repeating: "b", count: limit - 4))] } != nil)
  }

  @Test func `a HEAD has no body and a socket has a path`() {
    #expect(refusal { ($0.method, $0.body) = ("HEAD", [1]) } != nil)
    #expect(refusal { ($0.method, $0.body) = ("HEAD", []) } == nil)
    #expect(refusal { $0.unixSocketPath = "" } != nil)
    #expect(refusal { $0.unixSocketPath = "/a\0b" } != nil)
    #expect(refusal { $0.bodyLimit = -1 } != nil)
  }

  @Test(arguments: [
    ("http://127.0.0.1:8080/queue", "127.0.0.1:8080"), ("https://user:secret@host/a@b", "host"), ("http://h?q", "h"),
    ("http://[::1]:80", "[::1]:80"), ("http://", ""),
  ])
  func `an address has neither credentials nor path`(url: String, address: String) {
    #expect(CurlRequest(method: "GET", url: url).address == address)
  }
}
