import Glibc

/// Reads a whole file that is not larger than it may be: nothing waits at a pipe or goes on for ever at a device.
enum BoundedFile {
  struct Failure: Error, Equatable {
    let reason: String
    /// Nothing is at that path.
    var isAbsence = false
  }

  static func read(_ path: String, limit: Int) throws(Failure) -> [UInt8] {
    // Without O_NONBLOCK the opening of a named pipe waits for its writer.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { throw failure() }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw failure() }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    // /dev/null is how to say none.
    case S_IFCHR: break
    case S_IFDIR: throw Failure(reason: "it is a directory")
    default: throw Failure(reason: "it is no regular file")
    }
    // What the size says may change while it is read; the bytes decide.
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16_384)
    while true {
      let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure() }
      if count == 0 { return bytes }
      bytes += chunk[..<count]
      guard bytes.count <= limit else { throw Failure(reason: "it is larger than \(limit) bytes") }
    }
  }

  static func isThere(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  static func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  private static func failure() -> Failure {
    let number = errno
    return Failure(
      reason: unsafe String(cString: strerror(number)), isAbsence: number == ENOENT || number == ENOTDIR)
  }
}
