import Testing

@testable import HTTPCore

@Suite struct HTTPMessageTests {
  @Test(
    arguments: [
      ("/", "/", nil), ("/a?", "/a", ""), ("/a?b?c", "/a", "b?c"), ("?a", "", "a"), ("*", "*", nil),
      ("//a", "//a", nil),
      ("http://h", "/", nil), ("HTTP://h?q", "/", "q"), ("https://h/p/x?q", "/p/x", "q"),
      ("/http://h/x", "/http://h/x", nil),
      ("", "", nil), ("/%3F?%3F", "/%3F", "%3F"),
    ] as [(String, String, String?)])
  func `a target has a path and a query`(target: String, path: String, query: String?) {
    let request = HTTPRequest(method: "GET", target: target)
    #expect(request.path == path)
    #expect(request.query == query)
    #expect(request.target == target)
  }

  @Test func `header fields keep their order and repetitions and are found in any case`() {
    let headers = HTTPHeaderList([("X-One", "1"), ("x-two", "2"), ("X-ONE", "3")])
    #expect(headers.first("x-one") == "1")
    #expect(headers.values("X-one") == ["1", "3"])
    #expect(headers.first("X-On") == nil)
    #expect(headers.map(\.value) == ["1", "2", "3"])
    #expect(!headers.description.contains("3"))
    // The Kelvin sign is a letter k to Unicode and none to HTTP.
    #expect(HTTPHeaderList([("\u{212A}ey", "1")]).first("key") == nil)
    #expect(HTTPHeaderList([("A[", "1")]).first("a{") == nil)
  }

  @Test(arguments: [
    ("close", true), ("Close", true), ("keep-alive, close", true), (" ,close ,", true), ("\tclose\t", true),
    ("closed", false), ("clo se", false), ("close;x", false), ("", false), ("\"close\"", false),
  ])
  func `tokens are found as elements of a list`(value: String, isFound: Bool) {
    #expect(HTTPHeaderList([("connection", value)]).hasToken("close", in: "Connection") == isFound)
  }

  @Test func `texts end with a line end`() {
    #expect(HTTPResponse.text(200, "a").body == Array("a\n".utf8))
    #expect(HTTPResponse.text(200, "a\n").body == Array("a\n".utf8))
    #expect(HTTPResponse.text(200, "").body == [])
    #expect(HTTPResponse.json(200, "{}").body == Array("{}".utf8))
  }

  /// Made with Python's email.utils.formatdate(seconds, usegmt=True).
  @Test(arguments: [
    (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
    (951_782_399, "Mon, 28 Feb 2000 23:59:59 GMT"), (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
    (1_709_164_800, "Thu, 29 Feb 2024 00:00:00 GMT"), (1_735_689_599, "Tue, 31 Dec 2024 23:59:59 GMT"),
    (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"), (4_107_456_000, "Sun, 28 Feb 2100 00:00:00 GMT"),
  ])
  func `dates are written as HTTP writes them`(seconds: Int, text: String) {
    #expect(HTTPDate.text(secondsSince1970: seconds) == text)
  }
}
