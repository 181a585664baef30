import HTTPCore
import Logging
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct AllowedAddressTests {
  private static let elsewhere = ["203.0.113.0/24", "fd00::/8"].compactMap(AddressRange.init(parsing:))
  private static let request = "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 203.0.113.9\r\n\r\n"

  @Test func `whoever may not connect gets 403, whatever he says of himself, and is named once`() async throws {
    let log = LogLines()
    try await withServer(allowed: Self.elsewhere, logger: Logger(label: "test") { _ in log }) { server in
      for _ in 0..<3 {
        let client = try server.connect()
        try await client.send(Self.request)
        let text = String(decoding: try await client.receiveToEnd(), as: UTF8.self)
        #expect(text.hasPrefix("HTTP/1.1 403 Forbidden\r\n"))
      }
    }
    let named = log.all.filter { $0.contains("may not connect") }
    #expect(named.count == 3)
    #expect(named.filter { $0.hasPrefix("warning") }.count == 1)
  }

  @Test func `whoever may connect is served`() async throws {
    try await withServer(allowed: Self.elsewhere + AddressRange.loopback) { server in try await server.expectToServe() }
  }

  @Test func `over a Unix socket the file's mode decides instead`() async throws {
    let path = "/tmp/beanpole-allowed-\(UInt32.random(in: 0 ... .max)).sock"
    try await withServer(at: .unix(path: path), allowed: Self.elsewhere) { server in try await server.expectToServe() }
  }

  @Test func `a flood of them takes nobody's place`() async throws {
    var limits = HTTPLimits.patient
    limits.connections = 2
    let path = "/tmp/beanpole-flood-\(UInt32.random(in: 0 ... .max)).sock"
    try await withServer(limits: limits, allowed: Self.elsewhere) { server in
      var flood: [RawClient] = []
      for _ in 0..<200 { flood.append(try server.connect()) }
      let client = try server.connect()
      try await client.send(Self.request)
      // Told so, or closed without a word when too many are being told.
      let bytes = try? await client.receiveToEnd()
      #expect(bytes.map { $0.isEmpty || String(decoding: $0, as: UTF8.self).hasPrefix("HTTP/1.1 403") } ?? true)
    }
    try await withServer(at: .unix(path: path), limits: limits) { server in try await server.expectToServe() }
  }
}
