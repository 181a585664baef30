import Glibc

/// Why a job was never started. The message is for the operator: it names the program and what to do.
struct JobStartError: Error, Equatable, CustomStringConvertible {
  enum Code: String, Sendable {
    case programNotFound
    case notExecutable
    case directoryNotFound
    /// Arguments and environment do not fit (execve(2), E2BIG).
    case tooLarge
    /// The system has no process, memory or descriptor left: another attempt may succeed.
    case resources
    case shuttingDown
    case other
  }

  let code: Code
  let message: String

  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  var description: String { message }

  init(opening purpose: String, errorNumber: Int32) {
    let isShortage = [EMFILE, ENFILE, ENOMEM, ENOSPC, EAGAIN].contains(errorNumber)
    let advice =
      errorNumber == EMFILE ? "; raise the limit of open files (ulimit -n) or lower --concurrency" : ""
    self.init(isShortage ? .resources : .other, "cannot open \(purpose): \(words(of: errorNumber))\(advice)")
  }

  /// What a failed posix_spawn means. ENOENT says neither whether the directory or the program is missing, nor
  /// whether it is the interpreter in a script's first line; so the file system is asked again.
  init(starting path: String, in directory: String?, errorNumber: Int32) {
    switch errorNumber {
    case ENOENT where directory.map { !isThere($0) } ?? false, ENOTDIR where directory != nil:
      self.init(.directoryNotFound, "the working directory \(directory ?? "") does not exist")
    case ENOENT where isThere(path):
      self.init(
        .programNotFound, "\(path) is there, but not the interpreter or loader that it names in its first bytes")
    case ENOENT, ENOTDIR:
      self.init(.programNotFound, "there is no program \(path)")
    case EACCES, EPERM:
      self.init(.notExecutable, "\(path) may not be executed: \(words(of: errorNumber)) (chmod +x, or a noexec mount)")
    case ENOEXEC:
      self.init(.notExecutable, "\(path) is no executable; a script needs a first line like #!/bin/sh")
    case E2BIG:
      self.init(.tooLarge, "arguments and environment together are larger than the system allows for \(path)")
    case EAGAIN, ENOMEM:
      self.init(.resources, "the system cannot start another process for \(path): \(words(of: errorNumber))")
    default:
      self.init(.other, "cannot start \(path): \(words(of: errorNumber))")
    }
  }
}

private func isThere(_ path: String) -> Bool {
  unsafe access(path, F_OK) == 0
}

private func words(of errorNumber: Int32) -> String {
  guard let text = unsafe strerror(errorNumber) else { return "error \(errorNumber)" }
  return unsafe String(cString: text)
}
