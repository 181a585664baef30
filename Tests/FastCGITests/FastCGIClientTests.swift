import Foundation
import NIOCore
import TestSupport
import Testing

@testable import FastCGI

@Suite(.timeLimit(.minutes(1))) struct FastCGIClientTests {
  @Test func `an answer comes whole, and its standard error on the side`() async throws {
    let answer =
      Records.errorOutput("first\nsec") + Records.output("Status: 503 Busy\r\nRetry-After: 30\r\n\r\nlater")
      + Records.errorOutput("ond\n") + Records.end(9)
    let peer = try ScriptedPeer { _ in [.readHead, .sendBytes(answer)] }
    let errors = ErrorOutput()
    let received = try await peer.client().run(.scripted(), onErrorOutput: errors.sink)
    #expect(received.status == 503 && received.header("Retry-After") == "30" && received.applicationStatus == 9)
    #expect(received.bodyStart == Array("later".utf8) && !received.connectionWasReused)
    #expect(errors.text == "first\nsecond\n")
  }

  @Test func `the request is written as it was encoded`() async throws {
    let peer = try ScriptedPeer { _ in [.readHead, .sendBytes(Records.ok)] }
    _ = try await peer.client().run(.scripted(100))
    let sent = try #require(peer.record.requests.first).bytes
    let encoded = Array(try RequestEncoder.encode(.scripted(100)).readableBytesView)
    #expect(encoded.starts(with: sent) && sent.count > 100)
  }

  @Test func `an answer of single bytes is the same`() async throws {
    let answer = Records.errorOutput("oh\n") + Records.ok
    let peer = try ScriptedPeer { _ in [.readHead, .dribble(answer, every: .milliseconds(1))] }
    let errors = ErrorOutput()
    let received = try await peer.client().run(.scripted(), onErrorOutput: errors.sink)
    #expect(received.status == 200 && received.bodyStart == Array("done".utf8) && errors.text == "oh\n")
  }

  @Test func `a Unix socket is as good`() async throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "fcgi-\(UUID().uuidString.prefix(8))").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let peer = try ScriptedPeer(at: .unix(path: path)) { _ in
      [.readHead, .sendBytes(Records.ok), .readHead, .sendBytes(Records.ok)]
    }
    let client = FastCGIClient(address: .unix(path: path), maximumConnections: 1)
    for _ in 0..<2 { #expect(try await client.run(.scripted()).status == 200) }
    #expect(peer.record.connectionCount == 1)
  }

  @Test func `a body of 1 MiB goes to an application that reads slowly`() async throws {
    let size = try RequestEncoder.encode(.scripted(1 << 20)).readableBytes
    let slowly = (0..<8).flatMap { _ in [ScriptedPeer.Step.readBytes(size / 16), .pause(.milliseconds(2))] }
    let peer = try ScriptedPeer(receiveBuffer: 65_536) { _ in slowly + [.readHead, .sendBytes(Records.ok)] }
    #expect(try await peer.client().run(.scripted(1 << 20)).status == 200)
  }

  @Test func `an answer that comes before the request is written counts, and closes the connection`() async throws {
    let peer = try ScriptedPeer(receiveBuffer: 4096) { number in
      number == 0
        ? [.readBytes(100), .sendBytes(Records.answer("Status: 413\r\n\r\n"))] : [.readHead, .sendBytes(Records.ok)]
    }
    let client = peer.client()
    #expect(try await client.run(.scripted(32 << 20)).status == 413)
    try await peer.events.wait { $0.closedByClient == 1 }
    #expect(try await client.run(.scripted()).status == 200)
    #expect(peer.record.connectionCount == 2)
  }

  @Test func `many at once each get their own answer`() async throws {
    let peer = try ScriptedPeer { number in
      (0..<20).flatMap { [.readHead, .sendBytes(Records.answer("X: \(number).\($0)\r\n\r\n"))] }
    }
    let client = peer.client(kept: 16)
    let answers = try await withThrowingTaskGroup(of: [String].self) { group in
      for _ in 0..<16 {
        group.addTask {
          var answers: [String] = []
          for _ in 0..<10 { answers.append(try await client.run(.scripted()).header("X") ?? "") }
          return answers
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(answers.count == 160 && Set(answers).count == 160)
    #expect(peer.record.connectionCount <= 16)
  }

  @Test func `what is looked at while an answer is waited for may give the call up`() async throws {
    let peer = try ScriptedPeer { _ in [.readHead] }
    let call = try peer.client().call(.scripted())
    let looks = TestSignal(0)
    let error = await #expect(throws: FastCGIError.self) {
      try await call.answer(checkingAfter: .milliseconds(1)) {
        looks.update { $0 += 1 }
        if looks.current == 3 { call.cancel() }
        return .milliseconds(1)
      }
    }
    #expect(error?.code == .cancelled && looks.current == 3)
    try await peer.events.wait { $0.closedByClient == 1 }
  }

  @Test func `a call that was given up before it began is not made`() async throws {
    let peer = try ScriptedPeer { _ in [] }
    let call = try peer.client().call(.scripted())
    call.cancel()
    let error = await #expect(throws: FastCGIError.self) { try await call.answer() }
    #expect(error?.code == .cancelled && peer.record.connectionCount == 0)
  }
}
