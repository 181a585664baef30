import HTTPCore
import TestSupport
import Testing

/// Splits and cuts: whatever comes, the server lives and serves the next client.
@Suite(.timeLimit(.minutes(5))) struct HostileInputTests {
  static let samples = [
    "GET /a?b HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n",
    "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
    "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nT: u\r\n\r\n",
  ]

  @Test(arguments: samples) func `every split into two writes is the same request`(sample: String) async throws {
    let bytes = Array(sample.utf8)
    try await withServer { server in
      let client = try server.connect()
      for split in 1..<bytes.count {
        try await client.send(Array(bytes[..<split]))
        // On a connection without delay each write is a packet; the yield lets the server see the first alone, mostly.
        await Task.yield()
        try await client.send(Array(bytes[split...]))
        let answer = try await client.receiveAnswer()
        #expect(answer.status == 200)
        #expect(answer.text == (sample.hasPrefix("P") ? "hello" : ""))
      }
    }
  }

  @Test(arguments: samples) func `every cut is survived`(sample: String) async throws {
    let bytes = Array(sample.utf8)
    try await withServer { server in
      for end in 0..<bytes.count {
        let client = try server.connect()
        try await client.send(Array(bytes[..<end]))
        if end.isMultiple(of: 2) { client.reset() } else { client.shutdownSending() }
        if !end.isMultiple(of: 2) { #expect(try await client.receiveToEnd() == []) }
      }
      try await server.expectToServe()
    }
  }
}
