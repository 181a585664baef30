import Glibc

/// A file that is read whole, and is refused when it is larger than such a file ever is.
enum SmallFile {
  struct ReadError: Error, CustomStringConvertible {
    /// In half a sentence: "cannot be opened: Permission denied".
    let description: String
    /// The errno of an open(2) that failed.
    let openError: Int32?

    init(_ description: String, openError: Int32? = nil) {
      self.description = description
      self.openError = openError
    }

    var isMissing: Bool { openError == ENOENT || openError == ENOTDIR }
  }

  static func read(_ path: String, limit: Int) throws(ReadError) -> [UInt8] {
    guard !path.isEmpty, !path.utf8.contains(0) else { throw ReadError("has no usable name") }
    // How people say that there is no such file.
    guard path != "/dev/null" else { return [] }
    // Without O_NONBLOCK a named pipe would hold the thread until somebody writes to it.
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else {
      let number = errno
      throw ReadError("cannot be opened: \(words(number))", openError: number)
    }
    defer { close(file) }
    var status = stat()
    guard unsafe fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw ReadError("is not a regular file")
    }
    var bytes: [UInt8] = []
    while bytes.count <= limit {
      var count = 0
      let piece = unsafe [UInt8](unsafeUninitializedCapacity: 16 << 10) { buffer, filled in
        count = unsafe Glibc.read(file, buffer.baseAddress, buffer.count)
        filled = max(0, count)
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw ReadError("cannot be read: \(words(errno))") }
      guard count > 0 else { return bytes }
      bytes += piece
    }
    throw ReadError("is larger than \(limit) bytes")
  }

  static func words(_ number: Int32) -> String { unsafe String(cString: strerror(number)) }
}
