import Foundation
import Settings
import TestSupport
import Testing

@testable import Daemon

/// Connections that sqsd opens to the application: as many as are configured, and kept, whatever the answers are like.
@Suite(.timeLimit(.minutes(3)))
struct ApplicationConnectionTests {
  private static let connections = 4
  private static let messages = 40

  /// Ways to end an answer that leave the connection usable.
  enum Shape: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case empty, ok, large, chunked, noContent, interim, trailers

    var testDescription: String { rawValue }

    var bytes: [UInt8] {
      let large = String(repeating: "x", count: 1 << 20)
      let text =
        switch self {
        case .empty: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
        case .ok: "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"
        case .large: "HTTP/1.1 200 OK\r\nContent-Length: \(large.utf8.count)\r\n\r\n\(large)"
        case .chunked: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n100000\r\n\(large)\r\n0\r\n\r\n"
        case .noContent: "HTTP/1.1 204 No Content\r\n\r\n"
        case .interim: "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
        case .trailers: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n"
        }
      return Array(text.utf8)
    }
  }

  /// All connections are in use at once before the first answer, so that none can be missing by chance.
  private static func script(_ shape: Shape, _ connection: Int) -> [ScriptedPeer.Step] {
    // Over the second, once, the question whether this is a worker-server.
    let question: [ScriptedPeer.Step] = connection == 1 ? [.readRequest, .sendBytes(shape.bytes)] : []
    return question
      + [.readRequest, .awaitRequests(1 + connections), .sendBytes(shape.bytes), .answerAll(shape.bytes)]
  }

  private func deliverAll(to peer: ScriptedPeer, at address: String) async throws {
    try await withQueueService { service in
      let queue = try await service.makeQueue()
      try await service.boto3.call("fill", ["QueueUrl": queue, "Count": Self.messages])
      try await withSqsd(
        service, queue: queue, application: address,
        ["--http-connections", "\(Self.connections)", "--drain-timeout", "1"]
      ) { _ in
        try await service.waitUntilEmpty(queue)
      }
      #expect(try await service.stats().queues["jobs"]?.deleted == Self.messages)
    }
    let posts = peer.record.requests.filter { $0.text.hasPrefix("POST") }
    #expect(posts.count == Self.messages)
    #expect(Set(posts.map(\.connection)).count == Self.connections)
    // The look whether anybody is there, before the first receive, has one more. So has the question that follows it, if
    // the machine is too busy to answer that within its two seconds.
    #expect([Self.connections + 1, Self.connections + 2].contains(peer.record.connectionCount))
  }

  @Test(arguments: Shape.allCases)
  func `as many connections are opened as are configured, and each is used again and again`(shape: Shape) async throws {
    let peer = try ScriptedPeer { Self.script(shape, $0) }
    try await deliverAll(to: peer, at: peer.url)
  }

  @Test(arguments: [Shape.ok, .chunked])
  func `the same over a Unix socket`(shape: Shape) async throws {
    let path = "/tmp/beanpole-\(UUID().uuidString.prefix(8)).sock"
    defer { unsafe unlink(path) }
    let peer = try ScriptedPeer(at: .unix(path: path)) { Self.script(shape, $0) }
    try await deliverAll(to: peer, at: "unix:\(path)")
    #expect(peer.record.requests.allSatisfy { $0.lines.contains("Host: localhost") })
  }

  @Test func `HTTP/2 is refused at the start where libcurl cannot speak it, and the reason is said`() async throws {
    let arguments = ["--queue-url", "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs", "--http2"]
    guard case .run(_, let settings) = try SqsdSettings.table.parse(arguments: arguments, environment: [:]) else {
      throw SettingsError(["no run"])
    }
    let sqsd = try RunningProgram("sqsd", arguments)
    let status = try await sqsd.end()
    let text = sqsd.events.current.lines.joined(separator: "\n")
    // The program has the same libcurl as this process. Where that can, the missing credentials end the start.
    if let fault = HTTP2.fault(settings) {
      #expect(status == 64)
      #expect(text.contains(fault) && fault.contains("libcurl"))
    } else {
      #expect(status == 1)
      #expect(text.contains("AWS_ACCESS_KEY_ID"))
    }
  }
}
