import CProcess
import Glibc

/// Both ends of a pipe. Only the read end does not block.
struct Pipe: ~Copyable {
  let readEnd: Descriptor
  let writeEnd: Descriptor

  init() throws(JobStartError) {
    var ends: (Int32, Int32) = (-1, -1)
    let result = unsafe withUnsafeMutableBytes(of: &ends) { bytes in
      // The closure's buffer is the tuple, which is never empty.
      guard let address = unsafe bytes.assumingMemoryBound(to: Int32.self).baseAddress else { return -EINVAL }
      return unsafe cprocess_pipe(address)
    }
    guard result == 0 else { throw JobStartError(opening: "a pipe for the job's output", errorNumber: -result) }
    readEnd = Descriptor(owning: ends.0)
    writeEnd = Descriptor(owning: ends.1)
  }
}

/// What a job gets as its standard input, output and error; ours to close once it has its copies.
struct StandardDescriptors: ~Copyable {
  private let input: Descriptor
  private let output: Descriptor
  private let errors: Descriptor

  init(input: consuming Descriptor, output: consuming Descriptor, errors: consuming Descriptor) {
    self.input = input
    self.output = output
    self.errors = errors
  }

  /// Starts the job's program at `path` and returns its pid and a pidfd, or a negative errno and the step that failed.
  func spawn(_ path: String, _ job: Job) -> (result: pid_t, pidfd: Int32, failed: cprocess_step) {
    let descriptors = (input.number, output.number, errors.number)
    var pidfd: Int32 = -1
    var failed = CPROCESS_STEP_PROCESS
    let result = unsafe CStringList(job.command.words).withPointers { arguments in
      unsafe job.environment.withPointers { environment in
        unsafe path.withCString { path in
          unsafe withOptionalCString(job.directory) { directory in
            var start = unsafe cprocess_start(
              path: path, arguments: arguments, environment: environment, directory: directory,
              descriptors: descriptors, user: job.user.map { Int64($0.user) } ?? -1,
              group: job.user.map { Int64($0.group) } ?? -1)
            return unsafe cprocess_spawn(&start, &pidfd, &failed)
          }
        }
      }
    }
    return (result, pidfd, failed)
  }
}

private func withOptionalCString<Result>(
  _ text: String?, _ body: (UnsafePointer<CChar>?) -> Result
) -> Result {
  guard let text else { return body(nil) }
  return unsafe text.withCString { unsafe body($0) }
}

extension Descriptor {
  /// A sealed file in memory with the bytes in it.
  ///
  /// As standard input it needs no writer: a job may leave it unread, close it or read it late, and neither blocks nor
  /// breaks anything here. It is a file, so opening /dev/stdin again starts at the first byte.
  init(memoryFile bytes: [UInt8]) throws(JobStartError) {
    try self.init(
      unsafe bytes.withUnsafeBytes { unsafe cprocess_memory_file($0.baseAddress, $0.count) },
      for: "a memory file for the job's input")
  }
}
