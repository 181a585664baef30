import CProcess
import Glibc

/// A process of ours, in a group of its own. Not reaped before its end, so its number is nobody else's.
struct ChildProcess: ~Copyable {
  let pid: pid_t
  let pidfd: Descriptor

  init(
    path: String, words: [String], environment: [String: String], descriptors: [Int32]
  ) throws(ProgramRun.RunError) {
    let arguments = CStrings(words)
    let variables = CStrings(
      environment.filter { !$0.key.contains("\0") && !$0.value.contains("\0") }.map { "\($0)=\($1)" })
    var pidfd: Int32 = -1
    let result = unsafe arguments.withPointers { arguments in
      unsafe variables.withPointers { variables in
        unsafe path.withCString { path in
          var failed = CPROCESS_STEP_PROCESS
          var start = unsafe cprocess_start(
            path: path, arguments: arguments, environment: variables, directory: nil,
            descriptors: (descriptors[0], descriptors[1], descriptors[2]), user: -1, group: -1)
          return unsafe cprocess_spawn(&start, &pidfd, &failed)
        }
      }
    }
    guard result > 0 else { throw .notStarted("cannot be started: \(SmallFile.words(-result))") }
    pid = result
    self.pidfd = Descriptor(owning: pidfd)
  }

  /// How it ended: the exit status, or the negative number of a signal; nil while it runs.
  var end: Int32? {
    var end = cprocess_end()
    guard unsafe cprocess_peek(pidfd.number, &end) == 0 else { return nil }
    return end.by_signal == 1 ? -end.value : end.value
  }

  func killGroup() { kill(-pid, SIGKILL) }

  deinit {
    // Killed or ended, so this does not take long.
    Self.reap(pid)
  }

  private static func reap(_ pid: pid_t) {
    while waitpid(pid, nil, 0) < 0, errno == EINTR {}
  }
}

/// C strings in one block, as execve(2) wants them.
private struct CStrings {
  private var bytes: [UInt8] = []
  private var offsets: [Int] = []

  init(_ strings: [String]) {
    for string in strings {
      offsets.append(bytes.count)
      bytes += string.utf8
      bytes.append(0)
    }
  }

  func withPointers<Result>(_ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result) -> Result {
    var copy = bytes
    return unsafe copy.withUnsafeMutableBytes { block in
      var list: [UnsafeMutablePointer<CChar>?] = unsafe []
      for offset in offsets {
        unsafe list.append(block.baseAddress.map { unsafe ($0 + offset).assumingMemoryBound(to: CChar.self) })
      }
      unsafe list.append(nil)
      return unsafe list.withUnsafeBufferPointer { buffer in
        // The list has at least its end, so its address is never nil.
        guard let first = buffer.baseAddress else { preconditionFailure("an array without an address") }
        return unsafe body(first)
      }
    }
  }
}
