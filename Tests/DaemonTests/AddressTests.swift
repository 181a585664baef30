import Settings
import TestSupport
import Testing

@testable import Daemon

struct AddressTests {
  @Test(arguments: [
    ("http://localhost:80", "http://localhost:80"), ("http://localhost:8080/", "http://localhost:8080"),
    ("https://app.internal", "https://app.internal"), ("http://[::1]:8080", "http://[::1]:8080"),
  ])
  func `an application's address is scheme, host and port`(text: String, origin: String) throws {
    #expect(try ApplicationAddress(parsing: text).origin == origin)
  }

  @Test func `a Unix socket is dialled, and localhost is the host`() throws {
    let address = try ApplicationAddress(parsing: "unix:/run/app.sock")
    #expect(address.unixSocketPath == "/run/app.sock")
    #expect(address.origin == "http://localhost")
    #expect(address.description == "unix:/run/app.sock")
  }

  @Test(arguments: [
    "", "localhost:8080", "ftp://localhost", "http://", "http:///queue", "http://localhost/queue",
    "http://localhost?x=1", "http://user:secret@localhost", "http://local host", "http://localhost#x", "unix:app.sock",
    "http://é", "http://localhost:80800", "http://localhost:0", "http://localhost:", "http://:80", "http://::1:80",
    "http://[::1", "http://::1]", "unix:/" + String(repeating: "x", count: 200), "http://a\r\nb",
  ])
  func `anything else is refused with a reason`(text: String) {
    #expect(throws: ApplicationAddress.InvalidAddress.self) { try ApplicationAddress(parsing: text) }
  }

  @Test(arguments: ["/", "/queue", "/worker/queue?x=1&y=%20", "/a//b", "/~user/;v=1,2:@!$'()*+"])
  func `a path on the application is taken as it is`(text: String) {
    #expect(RequestPath(text)?.text == text)
  }

  @Test(arguments: [
    "", "queue", "http://evil/", "//evil", "//evil/x", "/a b", "/a\r\nHost: evil", "/a\u{0}", "/ä", "/a\\b", "/a#b",
    "/<x>",
    "/\"", "/{a}", "/a|b", "/^", "/`", "\\evil", "/" + String(repeating: "a", count: 2048), "/\t", "/\u{7F}",
  ])
  func `nothing that could be anywhere else is a path`(text: String) {
    #expect(RequestPath(text) == nil)
  }

  @Test func `no path of any bytes holds what could end the request line`() {
    var random = SeededRandom(seed: 3)
    for _ in 0..<20_000 {
      let bytes = (0..<Int.random(in: 0...6, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      if let path = RequestPath("/" + String(decoding: bytes, as: UTF8.self)) {
        #expect(path.text.utf8.allSatisfy { (0x21...0x7E).contains($0) })
        #expect(!path.text.hasPrefix("//"))
      }
    }
  }

  @Test func `a queue may bring its path`() throws {
    let plain = try QueueAddress(parsing: "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs")
    #expect(plain.name == "jobs")
    #expect(plain.path == nil)
    let mapped = try QueueAddress(parsing: "http://127.0.0.1:9324/000000000000/mail=/mail?a=b")
    #expect(mapped.url == "http://127.0.0.1:9324/000000000000/mail")
    #expect(mapped.name == "mail")
    #expect(mapped.path?.text == "/mail?a=b")
  }

  @Test func `a queue is first in, first out by its name`() throws {
    let fifo = try QueueAddress(parsing: "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs.fifo=/jobs")
    #expect(fifo.isFIFO)
    #expect(fifo.name == "jobs.fifo")
    #expect(fifo.path?.text == "/jobs")
    #expect(try !QueueAddress(parsing: "https://sqs.eu-west-1.amazonaws.com/123456789012/fifo").isFIFO)
  }

  @Test(arguments: [
    "jobs", "https://", "https://sqs.eu-west-1.amazonaws.com/", "https://h/1/jobs=mail", "ftp://h/1/q",
    "https://user:secret@sqs.eu-west-1.amazonaws.com/123456789012/jobs",
    "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs=//evil",
  ])
  func `what is no queue URL is refused`(text: String) {
    #expect(throws: SettingFault.self) { try QueueAddress(parsing: text) }
  }
}
