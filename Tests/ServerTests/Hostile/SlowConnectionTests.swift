import TestSupport
import Testing

/// Ten thousand connections that bring no request, against a limit of some hundred.
@Suite(.timeLimit(.minutes(2)))
struct SlowConnectionTests {
  @Test(.enabled(if: SlowCrowd.allowDescriptors(10_500), "the limit of open files is under 10,500 (ulimit -n)"))
  func `ten thousand slow connections lock nobody out and take no memory`() async throws {
    let worker = try await WorkerProgram(["--queue-command", "/bin/true"])
    defer { worker.program.stop() }
    let before = try worker.memoryPeak()
    let kept = try worker.connect()
    try await kept.send(WorkerProgram.post([0x78]))
    #expect(try await kept.receiveAnswer().status == 200)
    let crowd = SlowCrowd(port: worker.port)
    for round in 1...40 {
      try await crowd.grow(
        to: round * 250,
        openings: [
          "", "P", "POST /queue HT", "POST /queue HTTP/1.1\r\nHost: a\r\nX: ",
          "POST /queue HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n",
        ])
      if round.isMultiple(of: 4) { await crowd.drip() }
      // Newcomers are served in between, and so is the one that keeps its connection.
      let fresh = try worker.connect()
      try await fresh.send(WorkerProgram.post([UInt8](repeating: 0x78, count: 10_000)))
      #expect(try await fresh.receiveAnswer().status == 200)
      try await kept.send(WorkerProgram.post([0x78]))
      #expect(try await kept.receiveAnswer().status == 200)
    }
    #expect(try worker.memoryPeak() - before < 64 << 20)
    #expect(worker.count("warning", "connection limit reached") == 1)
  }
}
