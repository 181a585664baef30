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

  /// Starts the job's program at `path` and returns its pid, or a negative errno.
  func spawn(_ path: String, _ job: Job) -> pid_t {
    let numbers = [input.number, output.number, errors.number]
    return unsafe CStringList(job.command.words).withPointers { arguments in
      unsafe job.environment.withPointers { environment in
        guard let directory = job.directory else {
          return unsafe cprocess_spawn(path, arguments, environment, nil, numbers)
        }
        return unsafe cprocess_spawn(path, arguments, environment, directory, numbers)
      }
    }
  }
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
