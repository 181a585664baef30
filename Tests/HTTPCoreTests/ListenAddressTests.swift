import HTTPCore
import Testing

@Suite struct ListenAddressTests {
  @Test(arguments: [
    ("127.0.0.1:8080", ListenAddress.tcp(host: "127.0.0.1", port: 8080)), ("0.0.0.0:0", .tcp(host: "0.0.0.0", port: 0)),
    ("[::1]:80", .tcp(host: "::1", port: 80)), ("[::]:65535", .tcp(host: "::", port: 65_535)),
    ("unix:/run/x.sock", .unix(path: "/run/x.sock")), ("unix:/a:b", .unix(path: "/a:b")),
  ])
  func `addresses are read and written back`(text: String, address: ListenAddress) throws {
    #expect(try ListenAddress(parsing: text) == address)
    #expect(address.description == text)
  }

  @Test(arguments: ["localhost:80", "LocalHost:80"]) func `localhost is loopback`(text: String) throws {
    #expect(try ListenAddress(parsing: text) == .tcp(host: "127.0.0.1", port: 80))
  }

  @Test(arguments: [
    ("", "no port"), ("8080", "no port"), ("127.0.0.1", "no port"), (":8080", "0.0.0.0"), ("*:8080", "0.0.0.0"),
    ("127.0.0.1:", "not a port"), ("127.0.0.1:65536", "not a port"), ("127.0.0.1:-1", "not a port"),
    ("127.0.0.1:+1", "not a port"), ("127.0.0.1:8x", "not a port"), ("127.0.0.1:000080", "not a port"),
    ("example.com:80", "not looked up"), ("127.0.0.1.:80", "not looked up"), ("127.1:80", "not looked up"),
    ("[127.0.0.1]:80", "not looked up"), ("[::1:80", "in brackets"), ("::1:80", "in brackets"),
    ("[]:80", "not looked up"), ("http://127.0.0.1:80", "in brackets"), ("unix:x.sock", "absolute"),
    ("unix:", "absolute"), ("unix:/run/", "absolute"), ("unix:/" + String(repeating: "a", count: 107), "108 bytes"),
  ])
  func `what is no address is refused with the reason`(text: String, reason: String) {
    let error = #expect(throws: HTTPCoreError.self) { try ListenAddress(parsing: text) }
    #expect(error?.code == .invalidAddress)
    #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
    #expect(error?.message.hasPrefix("\"\(text)\" cannot be listened on: ") == true)
  }

  @Test(arguments: [
    ("127.0.0.1:1", true), ("127.9.9.9:1", true), ("[::1]:1", true), ("[::ffff:127.0.0.1]:1", true),
    ("unix:/x", true), ("0.0.0.0:1", false), ("[::]:1", false), ("10.0.0.1:1", false), ("[fe80::1]:1", false),
  ])
  func `loopback is told from what others can reach`(text: String, isLoopback: Bool) throws {
    #expect(try ListenAddress(parsing: text).isLoopback == isLoopback)
  }
}
