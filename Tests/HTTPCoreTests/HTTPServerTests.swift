import HTTPCore
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct HTTPServerTests {
  @Test func `a request is answered and the connection kept`() async throws {
    try await withServer { server in
      let client = try server.connect()
      for _ in 0..<3 {
        try await client.send("POST /a?b=c HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")
        let answer = try await client.receiveAnswer()
        #expect(answer.status == 200)
        #expect(answer.text == "hello")
        #expect(answer.header("X-Target") == "/a?b=c")
        #expect(answer.header("Connection") == nil)
        #expect(answer.header("Date") != nil)
      }
    }
  }
}
