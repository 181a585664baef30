import TestSupport
import Testing

@testable import AWS

@Suite struct ContainerAddressTests {
  private static let relative = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
  private static let full = "AWS_CONTAINER_CREDENTIALS_FULL_URI"

  private func url(_ environment: [String: String]) throws -> String? {
    try ContainerAddress(environment: environment, taskHost: ContainerCredentials.taskHost)?.url
  }

  @Test func `the relative one goes before the full one, and an empty one is none`() throws {
    #expect(try url([:]) == nil)
    #expect(try url([Self.relative: "", Self.full: ""]) == nil)
    let full = [Self.full: "https://example.com/x"]
    #expect(try url(full) == "https://example.com/x")
    #expect(
      try url(full.merging([Self.relative: "/v2/credentials/a-b?c=d"]) { $1 })
        == "http://169.254.170.2/v2/credentials/a-b?c=d")
  }

  @Test(arguments: [
    "https://example.com", "https://10.0.0.1/x", "http://localhost:1338/x", "http://127.0.0.1/x", "http://127.9.8.7:1",
    "http://[::1]:80/x", "http://[0:0:0:0:0:0:0:1]/x", "http://169.254.170.2/x", "http://169.254.170.23/v1/credentials",
    "http://[fd00:ec2::23]/v1", "http://[FD00:0EC2:0::23]/v1",
  ])
  func `https goes anywhere, http to this machine and to AWS's own addresses`(uri: String) throws {
    #expect(try url([Self.full: uri]) == uri)
  }

  @Test(arguments: [
    "http://example.com/x", "http://169.254.169.254/x", "http://169.254.170.3/", "http://127.1/", "http://2130706433/",
    "http://0x7f.0.0.1/", "http://0177.0.0.1/", "http://127.0.0.1.example.com/", "http://localhost.example.com/",
    "http://localhost./", "http://0.0.0.0/", "http://[::]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:a9fe:aa02]/",
    "http://[fe80::1]/", "http://user@127.0.0.1/", "http://127.0.0.1@example.com/", "http://127.0.0.1:80@example.com/",
    "http://169.254.170.2\\@example.com/", "ftp://127.0.0.1/", "file:///etc/passwd", "127.0.0.1/x", "//127.0.0.1/",
    "http://127.0.0.1/\r\nX: y", "http://127.0.0.1/#", "http://", "http:// 127.0.0.1/", "https://e x/",
  ])
  func `anything else is refused by the variable's name`(uri: String) {
    do {
      #expect(try url([Self.full: uri]) == nil, "\(uri)")
    } catch {
      #expect((error as? AWSError)?.code == .credentials)
      #expect((error as? AWSError)?.message.hasPrefix("container credentials: \(Self.full) ") == true)
    }
  }

  @Test(arguments: ["@example.com/", ".example.com", ":80@x/", "x/y", "http://example.com/", "/a b", "/a\r\nb", "/#"])
  func `a relative one begins with a slash and stays a path`(uri: String) {
    #expect(throws: AWSError.self) { try url([Self.relative: uri]) }
  }

  @Test func `no generated address over plain http leads away from the list`() throws {
    var random = SeededRandom(seed: 21)
    let pieces = [
      "127", "169", "254", "170", "2", "23", ".", ".", ".", ":", "@", "[", "]", "::1", "fd00:ec2", "localhost", "/",
      "\\",
      "%2e", "0", "example.com", "?", "#", "-",
    ]
    for _ in 0..<50_000 {
      let rest = (0..<Int.random(in: 1...9, using: &random)).map { _ in random.pick(pieces) }.joined()
      guard let accepted = try? url([Self.full: "http://\(rest)"]) else { continue }
      // What is called is judged by the rules of RFC 3986, once more and by other means: the authority ends at the first
      // slash or question mark, and holds no name of a user.
      let authority = accepted.dropFirst("http://".count).prefix { $0 != "/" && $0 != "?" }
      #expect(!authority.contains("@") && !authority.contains("\\"), "\(accepted)")
      let host = authority.hasPrefix("[") ? authority.prefix { $0 != "]" } + "]" : authority.prefix { $0 != ":" }
      let isOurs =
        host == "localhost" || host.hasPrefix("127.") && host.split(separator: ".").count == 4
        || ["169.254.170.2", "169.254.170.23", "[::1]", "[fd00:ec2::23]"].contains(host)
      #expect(isOurs || host.hasPrefix("["), "\(accepted)")
    }
  }
}
