import HTTPCore
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct ExchangeTests {
  @Test(arguments: [102, 103, 199]) func `an interim answer goes out before the final one`(status: Int) async throws {
    let responder: HTTPResponder = { request, exchange in
      exchange.sendInterim(status)
      exchange.sendInterim(status)
      return await echo(request, exchange)
    }
    try await withServer(responder: responder) { server in
      let client = try server.connect()
      try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      let answer = try await client.receiveAnswer()
      #expect(answer.interim == [status, status])
      #expect(answer.status == 200)
    }
  }

  @Test(arguments: [0, 99, 101, 200, 500]) func `what is no interim status is not sent as one`(status: Int) async throws
  {
    let responder: HTTPResponder = { _, exchange in
      exchange.sendInterim(status)
      return .text(200, "")
    }
    try await withServer(responder: responder) { server in
      let client = try server.connect()
      try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      let answer = try await client.receiveAnswer()
      #expect(answer.interim == [])
      #expect(answer.status == 200)
    }
  }

  @Test func `a client of HTTP 1.0 gets no interim answer`() async throws {
    let responder: HTTPResponder = { _, exchange in
      exchange.sendInterim(102)
      return .text(200, "x")
    }
    try await withServer(responder: responder) { server in
      let client = try server.connect()
      try await client.send("GET / HTTP/1.0\r\n\r\n")
      let answer = try await client.receiveAnswer()
      #expect(answer.interim == [])
      #expect(answer.header("Connection") == "close")
      #expect(try await client.receiveToEnd() == [])
    }
  }

  @Test func `an interim answer of a finished exchange is not sent into the next`() async throws {
    let kept = Kept<HTTPExchange>()
    let responder: HTTPResponder = { request, exchange in
      if let old = kept.value { old.sendInterim(102) }
      kept.value = exchange
      return await echo(request, exchange)
    }
    try await withServer(responder: responder) { server in
      let client = try server.connect()
      for _ in 0..<3 {
        try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try await client.receiveAnswer().interim == [])
      }
    }
  }

  /// How a client can leave; each must be noticed while the responder runs.
  enum Leaving: Sendable, CaseIterable { case close, reset }

  @Test(arguments: Leaving.allCases, [false, true])
  func `a client that leaves is noticed while its request runs`(leaving: Leaving, readsAhead: Bool) async throws {
    let gone = Gate()
    let responder: HTTPResponder = { _, exchange in
      #expect(!exchange.isClientGone)
      gone.open()
      await exchange.untilClientGone()
      #expect(exchange.isClientGone)
      gone.open()
      return .text(200, "nobody reads this")
    }
    try await withServer(responder: responder) { server in
      let client = try server.connect()
      try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      await gone.wait()
      if readsAhead { try await client.send("GET /next HTTP/1.1\r\nHost: a\r\n\r\n") }
      switch leaving {
      case .close: client.close()
      case .reset: client.reset()
      }
      await gone.wait()
    }
  }

  @Test func `a client that has only shut its sending side is not gone and gets its answer`() async throws {
    let gate = Gate()
    let responder: HTTPResponder = { _, exchange in
      await gate.wait()
      #expect(!exchange.isClientGone)
      return .text(200, "here")
    }
    try await withServer(responder: responder) { server in
      let client = try server.connect()
      try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      client.shutdownSending()
      await gate.untilWaiting()
      #expect(String(decoding: try await client.receiveSome(), as: UTF8.self) == "HTTP/1.1 102 Processing\r\n\r\n")
      gate.open()
      let answer = try await client.receiveAnswer()
      #expect(answer.text == "here\n")
      #expect(answer.header("Connection") == "close")
      #expect(try await client.receiveToEnd() == [])
    }
  }

  @Test func `a client of HTTP 1.0 that has shut its sending side gets its answer`() async throws {
    try await withServer { server in
      let client = try server.connect()
      try await client.send("GET / HTTP/1.0\r\n\r\n")
      client.shutdownSending()
      #expect(try await client.receiveAnswer().status == 200)
      #expect(try await client.receiveToEnd() == [])
    }
  }

  @Test func `waiting for a client to go ends when the task is cancelled`() async {
    await withTaskGroup { group in
      group.addTask { await HTTPExchange.unconnected().untilClientGone() }
      group.cancelAll()
    }
  }

  @Test func `an exchange without a connection can be used`() async {
    let exchange = HTTPExchange.unconnected()
    exchange.sendInterim(102)
    #expect(!exchange.isClientGone)
  }
}
