package import Foundation
import Glibc

/// One of our built programs, or another one, running as a process of its own, with its output as lines.
///
/// It is started with posix_spawn and read by a thread: Foundation's `Process` and `readabilityHandler` hand out descriptors
/// to libdispatch that may be closed under it, and its children inherit the signal mask of a task's thread.
package final class RunningProgram: Sendable {
  package struct Record: Sendable {
    /// Standard output and standard error, whole lines.
    package var lines: [String] = []
    /// The exit status, or the negative number of the signal that ended it; nil while it runs or has more to say.
    package var end: Int32?
  }

  package let events = TestSignal(Record())
  package let processID: pid_t
  private let input: Int32

  /// Starts a product of this package: `sqsd`, `worker-server` or `local-sqs`. Nothing of the test's own environment
  /// reaches it but PATH and HOME.
  package convenience init(
    _ product: String, _ arguments: [String] = [], environment: [String: String] = [:]
  ) throws {
    try self.init(executable: Self.directory.appending(path: product), arguments, environment: environment)
  }

  package init(executable: URL, _ arguments: [String], environment: [String: String]) throws {
    var variables = ProcessInfo.processInfo.environment.filter { ["PATH", "HOME"].contains($0.key) }
    variables.merge(environment) { _, new in new }
    let (processID, input, output) = try Self.start(
      [executable.path] + arguments, variables.map { "\($0.key)=\($0.value)" })
    self.processID = processID
    self.input = input
    let events = events
    let reader = Thread {
      Self.readLines(of: output) { line in events.update { $0.lines.append(line) } }
      close(output)
      var status: Int32 = 0
      while unsafe waitpid(processID, &status, 0) < 0, errno == EINTR {}
      let signal = status & 0x7F
      let end = signal == 0 ? (status >> 8) & 0xFF : -signal
      events.update { $0.end = end }
    }
    reader.start()
  }

  deinit { close(input) }

  /// Where the built programs are: beside the test bundle.
  package static var directory: URL {
    URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
  }

  /// The first line that satisfies the condition, once it is there. Throws when the program ends without it.
  package func line(where condition: @escaping @Sendable (String) -> Bool) async throws -> String {
    let record = try await events.wait { $0.end != nil || $0.lines.contains(where: condition) }
    guard let line = record.lines.first(where: condition) else {
      throw ProgramEnded(status: record.end ?? 0, lines: record.lines)
    }
    return line
  }

  package func line(containing text: String) async throws -> String {
    try await line { $0.contains(text) }
  }

  /// Waits until so many lines satisfy the condition, or the program has ended: it may have written what we have not read.
  package func wait(for count: Int, linesWhere condition: @escaping @Sendable (String) -> Bool) async throws {
    try await events.wait { $0.end != nil || $0.lines.count(where: condition) >= count }
  }

  /// Writes to its standard input.
  package func write(_ data: Data) throws {
    try FileHandle(fileDescriptor: input, closeOnDealloc: false).write(contentsOf: data)
  }

  package func signal(_ number: Int32) {
    kill(processID, number)
  }

  /// The exit status, or the negative signal number, once all its output is read.
  package func end() async throws -> Int32 {
    try await events.wait { $0.end != nil }.end ?? 0
  }

  /// Ends it for good, if it still runs.
  package func stop() {
    if events.current.end == nil { kill(processID, SIGKILL) }
  }

  /// A program that ended although something was still expected of it.
  package struct ProgramEnded: Error, CustomStringConvertible {
    let status: Int32
    let lines: [String]
    package var description: String { "ended with \(status) after:\n" + lines.suffix(20).joined(separator: "\n") }
  }
}

extension RunningProgram {
  /// One start at a time: a pipe's ends become close-on-exec only after it is made, and a child of another start that got
  /// one would keep it open.
  private static let starting = NSLock()

  /// Returns the process, what to write its input to, and what to read its output from.
  private static func start(
    _ arguments: [String], _ environment: [String]
  ) throws -> (process: pid_t, input: Int32, output: Int32) {
    try starting.withLock {
      let input = try makePipe()
      let output = try makePipe()
      defer {
        close(input.readEnd)
        close(output.writeEnd)
      }
      let process = try spawn(
        arguments, environment, descriptors: [input.readEnd, output.writeEnd, output.writeEnd])
      return (process, input.writeEnd, output.readEnd)
    }
  }

  private static func makePipe() throws -> (readEnd: Int32, writeEnd: Int32) {
    var ends: [Int32] = [0, 0]
    guard unsafe pipe(&ends) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  /// Starts a program with these descriptors as 0, 1, 2 and every signal at its default and unblocked.
  private static func spawn(_ arguments: [String], _ environment: [String], descriptors: [Int32]) throws -> pid_t {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    for (target, descriptor) in descriptors.enumerated() {
      unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(target))
    }
    // Sockets of SwiftNIO and of scripted peers are not close-on-exec, and a program that had one of another test would
    // keep its connection open. Closing what is not open is no error up to the limit on open files.
    var limit = rlimit()
    unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    for descriptor in 3..<Int32(min(limit.rlim_cur, 2048)) {
      unsafe posix_spawn_file_actions_addclose(&actions, descriptor)
    }
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    var all = sigset_t()
    unsafe sigemptyset(&none)
    unsafe sigfillset(&all)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setsigdefault(&attributes, &all)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    var processID: pid_t = 0
    let words = unsafe arguments.map { unsafe strdup($0) }
    let variables = unsafe environment.map { unsafe strdup($0) }
    defer { unsafe (words + variables).forEach { unsafe free($0) } }
    let error = unsafe posix_spawn(
      &processID, arguments[0], &actions, &attributes, words + [nil], variables + [nil])
    guard error == 0 else { throw POSIXError(.init(rawValue: error) ?? .EIO) }
    return processID
  }

  private static func readLines(of descriptor: Int32, _ take: (String) -> Void) {
    var line: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      for byte in buffer[..<count] {
        if byte == UInt8(ascii: "\n") {
          take(String(decoding: line, as: UTF8.self))
          line.removeAll(keepingCapacity: true)
        } else {
          line.append(byte)
        }
      }
    }
    if !line.isEmpty { take(String(decoding: line, as: UTF8.self)) }
  }
}
