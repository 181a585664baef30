import Testing

@testable import FastCGI

struct FastCGIAddressTests {
  @Test(arguments: [
    ("127.0.0.1:9000", FastCGIAddress.tcp(host: "127.0.0.1", port: 9000)),
    ("localhost:9000", .tcp(host: "127.0.0.1", port: 9000)), ("LocalHost:1", .tcp(host: "127.0.0.1", port: 1)),
    ("[::1]:65535", .tcp(host: "::1", port: 65_535)), ("unix:/run/php-fpm.sock", .unix(path: "/run/php-fpm.sock")),
  ]) func `what is an address`(text: String, address: FastCGIAddress) throws {
    let parsed = try FastCGIAddress(parsing: text)
    #expect(parsed == address)
    #expect(try FastCGIAddress(parsing: "\(parsed)") == address)
    _ = try parsed.socketAddress()
  }

  @Test(arguments: [
    ("", "has no port"), ("9000", "has no port"), ("127.0.0.1", "has no port"), ("127.0.0.1:", "has no port"),
    ("127.0.0.1:0", "has no port"), ("127.0.0.1:65536", "has no port"), ("127.0.0.1:+9", "has no port"),
    (":9000", "has no host"), ("php:9000", "names other than localhost are not looked up"),
    ("::1:9000", "brackets"), ("[127.0.0.1]:9000", "in the place of an IP address"), ("[]:9000", "IP address"),
    ("/run/php-fpm.sock", "write unix:/run/php-fpm.sock"), ("unix:run/x", "absolute"), ("unix:/run/", "absolute"),
    ("unix:/" + String(repeating: "x", count: 107), "shorter than 108 bytes"), ("unix:/a\0b", "Unix socket"),
  ]) func `what is none says why`(text: String, reason: String) {
    let fault = #expect(throws: FastCGIAddress.Fault.self) { try FastCGIAddress(parsing: text) }
    #expect(fault?.reason.contains(reason) == true, "\(String(describing: fault))")
  }
}
