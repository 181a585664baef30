import Foundation
import TestSupport
import Testing

/// Signed requests, with the built programs on both sides.
@Suite(.timeLimit(.minutes(2)))
struct SignatureTests {
  private let job = ["--queue-command", repositoryFile("examples/demo/job").path]
  private let quick = [
    "--http-path", "/queue?from=sqsd", "--visibility-timeout", "2", "--inactivity-timeout", "2", "--drain-timeout", "1",
  ]

  /// Runs a body with a secret's file.
  private func withSecret<Value>(_ secret: String, _ body: (String) async throws -> Value) async throws -> Value {
    let path = FileManager.default.temporaryDirectory.appending(path: "beanpole-\(UUID().uuidString)").path
    try Data((secret + "\n").utf8).write(to: URL(filePath: path))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await body(path)
  }

  private func post(_ address: String, _ path: String, method: String = "POST") async throws -> RawAnswer {
    let client = try RawClient(port: Int(address.split(separator: ":").last ?? "") ?? 0)
    try await client.send(
      "\(method) \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    return try await client.receiveAnswer()
  }

  @Test func `with the same secret on both sides messages are delivered, and requests of others get 403 and no job`()
    async throws
  {
    try await withSecret("one secret of the pair") { secret in
      try await withQueueService { service in
        let queue = try await service.makeQueue()
        try await service.send(#"{"job":"hello","é":"😀"}"#, to: queue)
        try await withWorkerServer(job + ["--signing-secret-file", secret]) { address, server in
          try await withSqsd(
            service, queue: queue, application: "http://\(address)", quick + ["--signing-secret-file", secret]
          ) { sqsd in
            _ = try await sqsd.line(containing: "message delivered")
            try await service.waitUntilEmpty(queue)
          }
          let refused = try await post(address, "/queue")
          #expect(refused.status == 403)
          #expect(refused.text.contains("not signed with the secret"))
          #expect(try await post(address, "/health", method: "GET").status == 200)
          _ = try await server.line(containing: "has no X-Beanpole-Signature")
          let lines = server.events.current.lines
          #expect(lines.filter { $0.contains("job succeeded") }.count == 1)
          #expect(!lines.contains { $0.contains("one secret") || $0.contains("v1=") })
        }
      }
    }
  }

  @Test func `with another secret no job runs, and the message stays in the queue`() async throws {
    try await withSecret("one secret of the pair") { secret in
      try await withSecret("another secret, not it") { other in
        try await withQueueService { service in
          let queue = try await service.makeQueue()
          try await service.send(#"{"job":"hello"}"#, to: queue)
          try await withWorkerServer(job + ["--signing-secret-file", secret]) { address, server in
            try await withSqsd(
              service, queue: queue, application: "http://\(address)", quick + ["--signing-secret-file", other]
            ) { sqsd in
              let line = try await sqsd.line(containing: "message failed")
              #expect(line.contains("403"))
              #expect(!sqsd.events.current.lines.contains { $0.contains("another secret") || $0.contains("v1=") })
            }
            _ = try await server.line(containing: "signed with another secret")
            let ran = ["job output", "job succeeded", "job failed"]
            #expect(!server.events.current.lines.contains { line in ran.contains { line.contains($0) } })
          }
          let depth = try await service.depth(of: queue)
          #expect(depth.visible + depth.hidden == 1)
          #expect(try await service.stats().queues["jobs"]?.deleted == 0)
        }
      }
    }
  }

  @Test func `what sqsd sends is signed as the document says, by Python's hmac`() async throws {
    try await withSecret("one secret of the pair") { secret in
      try await withQueueService { service in
        let queue = try await service.makeQueue()
        try await service.send(
          "a label", to: queue,
          attributes: [
            "beanstalk.sqsd.path": ["DataType": "String", "StringValue": "/cron?task=1"],
            "beanstalk.sqsd.task_name": ["DataType": "String", "StringValue": "nächtlich"],
            "beanstalk.sqsd.scheduled_time": ["DataType": "String", "StringValue": "2026-01-02 03:00:00 UTC"],
          ])
        try await service.send(#"{"é":"ü"}"#, to: queue)
        let peer = try ScriptedPeer { _ in [.answerAll("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")] }
        try await withSqsd(
          service, queue: queue, application: peer.url, quick + ["--signing-secret-file", secret]
        ) { _ in
          try await service.waitUntilEmpty(queue)
        }
        let requests = peer.record.requests.filter { $0.text.hasPrefix("POST") }
        #expect(Set(requests.map { $0.lines[0] }) == ["POST /cron?task=1 HTTP/1.1", "POST /queue?from=sqsd HTTP/1.1"])
        for request in requests { try await judge(request, secret) }
      }
    }
  }

  /// The seven lines from the bytes of the wire, and what Python makes of them.
  private func judge(_ request: ScriptedPeer.Request, _ secret: String) async throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "beanpole-\(UUID().uuidString)")
    try Data(request.bytes).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let script = """
      import hashlib, hmac, sys
      head, _, body = open(sys.argv[1], "rb").read().partition(b"\\r\\n\\r\\n")
      first, *lines = head.split(b"\\r\\n")
      headers = dict(line.lower().split(b": ", 1)[:1] + line.split(b": ", 1)[1:] for line in lines)
      signature = dict(part.split(b"=") for part in headers[b"x-beanpole-signature"].split(b","))
      method, target, _ = first.split(b" ")
      names = (b"x-aws-sqsd-msgid", b"x-aws-sqsd-taskname", b"x-aws-sqsd-scheduled-at")
      text = [signature[b"t"], method, target] + [headers.get(name, b"") for name in names]
      text = b"\\n".join(text + [hashlib.sha256(body).hexdigest().encode()])
      secret = open(sys.argv[2], "rb").read().rstrip(b"\\r\\n")
      assert hmac.new(secret, text, hashlib.sha256).hexdigest().encode() == signature[b"v1"], text
      """
    let python = try RunningProgram(
      executable: URL(filePath: "/usr/bin/env"), ["python3", "-c", script, file.path, secret], environment: [:])
    let status = try await python.end()
    #expect(status == 0, "\(python.events.current.lines)")
  }

  @Test(arguments: ["sqsd", "worker-server"])
  func `a secret that is not there ends the start with 64 and names the file`(program: String) async throws {
    let needed =
      program == "sqsd"
      ? ["--queue-url", "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs"] : ["--queue-command", "true"]
    let running = try RunningProgram(program, needed + ["--signing-secret-file", "/no/such/secret"])
    #expect(try await running.end() == 64)
    let text = running.events.current.lines.joined(separator: "\n")
    #expect(text.contains(#"--signing-secret-file: "/no/such/secret" cannot be read: No such file or directory"#))
  }
}
