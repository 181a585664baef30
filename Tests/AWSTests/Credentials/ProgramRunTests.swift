import Foundation
import Glibc
import Testing

@testable import AWS

@Suite(.timeLimit(.minutes(1))) struct ProgramRunTests {
  private func run(
    _ script: String, limits: ProgramRun.Limits = .init(), environment: [String: String] = ["PATH": "/usr/bin:/bin"]
  ) async throws(ProgramRun.RunError) -> ProgramRun.Output {
    try await ProgramRun.run(["sh", "-c", script, "name"], environment: environment, limits: limits)
  }

  @Test func `a program's words, environment, outputs and status are its own`() async throws {
    let output = try await ProgramRun.run(
      ["sh", "-c", #"printf '%s|' "$1" "$2" "$X"; echo e >&2; cat; exit 7"#, "sh", "a  b", "$X;`id`"],
      environment: ["PATH": "/usr/bin:/bin", "X": "é"])
    #expect(String(decoding: output.standardOutput, as: UTF8.self) == "a  b|$X;`id`|é|")
    #expect(output.standardError == Array("e\n".utf8) && output.status == 7)
    #expect(try await run("kill -9 $$").status == -9)
  }

  @Test func `a program that is not there or is none cannot be started`() async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("file", "text")
    for words in [["nobody-has-this"], ["/nowhere/at/all"], [file], [folder.path]] {
      await #expect(throws: ProgramRun.RunError.self) {
        _ = try await ProgramRun.run(words, environment: ["PATH": folder.path])
      }
    }
  }

  @Test func `at its time limit the whole group is killed`() async throws {
    let folder = try TemporaryFolder()
    let limits = ProgramRun.Limits(time: .milliseconds(400))
    let file = "\(folder.path)/pid"
    await #expect(throws: ProgramRun.RunError.tookTooLong(limits.time)) {
      _ = try await run("sleep 600 & echo $! > \(file); wait", limits: limits)
    }
    let pid = try #require(
      pid_t(try String(contentsOfFile: file, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)))
    // A signal is sent at once and acted on a little later; until then, or until its new parent reaps it, it is there.
    while kill(pid, 0) == 0, !Self.isZombie(pid) { await Task.yield() }
  }

  private static func isZombie(_ pid: pid_t) -> Bool {
    (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8))?.contains(") Z ") ?? true
  }

  @Test func `more output than allowed is an error, also when it never ends`() async throws {
    let limits = ProgramRun.Limits(output: 1_000)
    await #expect(throws: ProgramRun.RunError.saidTooMuch(1_000)) {
      _ = try await run("yes MARKED", limits: limits)
    }
    await #expect(throws: ProgramRun.RunError.saidTooMuch(1_000)) {
      _ = try await run("head -c 1001 /dev/zero", limits: limits)
    }
    #expect(try await run("head -c 1000 /dev/zero", limits: limits).standardOutput.count == 1_000)
  }

  @Test func `standard error is kept up to its limit, and may go on without end of the program`() async throws {
    let output = try await run("head -c 300000 /dev/zero >&2; echo done")
    #expect(output.standardError.count == 4_096 && output.standardOutput == Array("done\n".utf8))
  }

  @Test func `a process left behind does not hold up the answer`() async throws {
    let folder = try TemporaryFolder()
    let output = try await run("sleep 600 & echo $! > \(folder.path)/pid; echo here")
    #expect(output == ProgramRun.Output(standardOutput: Array("here\n".utf8)))
    let pid = try String(contentsOfFile: "\(folder.path)/pid", encoding: .utf8)
    kill(try #require(pid_t(pid.trimmingCharacters(in: .whitespacesAndNewlines))), SIGKILL)
  }

  @Test func `cancelling the task kills the program`() async throws {
    let folder = try TemporaryFolder()
    let fifo = "\(folder.path)/fifo"
    #expect(unsafe mkfifo(fifo, 0o600) == 0)
    let task = Task { try await run("echo > \(fifo); sleep 600") }
    // Opening it waits until the program has it open too.
    let opened = await Task.detached { try? FileHandle(forReadingAtPath: fifo)?.readToEnd() }.value
    #expect(opened == Data("\n".utf8))
    task.cancel()
    await #expect(throws: ProgramRun.RunError.cancelled) { try await task.value }
    let cancelledBefore = Task {
      unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
      return try await run("sleep 600")
    }
    await #expect(throws: ProgramRun.RunError.cancelled) { try await cancelledBefore.value }
  }

  @Test func `many run at once and each gets its own output`() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<20 {
        group.addTask {
          let output = try await run("echo \(number)")
          #expect(output.standardOutput == Array("\(number)\n".utf8))
        }
      }
      try await group.waitForAll()
    }
  }
}
