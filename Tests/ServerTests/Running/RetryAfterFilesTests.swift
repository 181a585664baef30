import Foundation
import Glibc
import TestSupport
import Testing

@testable import Server

@Suite(.timeLimit(.minutes(1)))
struct RetryAfterFilesTests {
  private let parent = "/tmp/beanpole-retry-\(UUID().uuidString)"

  private func withFiles(_ body: (RetryAfterFiles) throws -> Void) throws {
    try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: parent) }
    do {
      let files = try #require(RetryAfterFiles(in: [parent]))
      try body(files)
    }
    // Nothing is left behind, neither the directory.
    #expect(try FileManager.default.contentsOfDirectory(atPath: parent).isEmpty)
  }

  private func answer(_ bytes: [UInt8], _ files: RetryAfterFiles) -> RetryAfterFiles.Answer {
    let path = files.next()
    #expect(FileManager.default.createFile(atPath: path, contents: Data(bytes)))
    return files.take(path)
  }

  @Test func `a number of seconds is read, white space around it being nothing`() throws {
    try withFiles { files in
      for (text, seconds) in [("0", 0), ("30", 30), ("30\n", 30), (" \t30\r\n", 30), ("43200", 43_200), ("007", 7)] {
        #expect(answer(Array(text.utf8), files) == .seconds(seconds))
      }
    }
  }

  @Test func `nothing written is nothing said`() throws {
    try withFiles { files in
      #expect(files.take(files.next()) == .nothing)
      #expect(answer([], files) == .nothing)
      #expect(answer(Array(" \n".utf8), files) == .nothing)
    }
  }

  @Test func `what a job left that is not asked for is removed, the first and every other`() throws {
    try withFiles { files in
      files.drop(files.next())
      for _ in 0..<3 {
        let path = files.next()
        #expect(FileManager.default.createFile(atPath: path, contents: Data("30".utf8)))
        files.drop(path)
        #expect(!FileManager.default.fileExists(atPath: path))
      }
      #expect(answer(Array("30".utf8), files) == .seconds(30))
    }
  }

  @Test func `anything else is nonsense`() throws {
    try withFiles { files in
      for text in ["43201", "-1", "+1", "1.5", "1e3", "soon", "3 0", "30s", "0x1E", "9999999999", "\0", "٣٠"] {
        #expect(answer(Array(text.utf8), files) == .nonsense, "\(text)")
      }
      #expect(answer([UInt8](repeating: 0x30, count: 1_000_000), files) == .nonsense)
    }
  }

  @Test func `random bytes never end it`() throws {
    var random = SeededRandom(seed: 7)
    try withFiles { files in
      for _ in 0..<200 {
        let bytes = (0..<Int.random(in: 0...80, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        if case .seconds(let seconds) = answer(bytes, files) { #expect(RetryAfterFiles.range.contains(seconds)) }
      }
    }
  }

  @Test func `a link, a pipe or a directory in its place is not followed, not waited for and not fatal`() throws {
    try withFiles { files in
      let link = files.next()
      #expect(unsafe symlink("/etc/hostname", link) == 0)
      #expect(files.take(link) == .nonsense)
      let pipe = files.next()
      #expect(unsafe mkfifo(pipe, 0o600) == 0)
      #expect(files.take(pipe) == .nothing)
      let directory = files.next()
      #expect(unsafe mkdir(directory, 0o700) == 0)
      #expect(files.take(directory) == .nonsense)
      #expect(unsafe rmdir(directory) == 0)
    }
  }

  @Test func `each job has a path of its own`() throws {
    try withFiles { files in
      #expect(Set((0..<100).map { _ in files.next() }).count == 100)
    }
  }

  @Test func `the first place that can be written to is taken, and without any there is none`() throws {
    let files = try #require(RetryAfterFiles(in: ["/no/such/place", "/proc", "/tmp"]))
    #expect(files.next().hasPrefix("/tmp/worker-server-"))
    #expect(RetryAfterFiles(in: ["/no/such/place", "/proc"]) == nil)
  }
}
