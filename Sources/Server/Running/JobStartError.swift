import CProcess
import Glibc

/// Why a job was never started. The message is for the operator: it names the program and what to do.
struct JobStartError: Error, Equatable, CustomStringConvertible {
  enum Code: String, Sendable {
    case programNotFound
    case notExecutable
    case directoryNotFound
    /// The job cannot have the user and group it is to have.
    case user
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

  /// What a failed start means. Of the program, ENOENT does not say whether it is missing or the interpreter in its
  /// first line; so the file system is asked again.
  init(starting path: String, _ job: Job, at step: cprocess_step, errorNumber: Int32) {
    switch (step, errorNumber) {
    case (CPROCESS_STEP_USER, _):
      self.init(
        .user, "the job cannot run as \(job.user?.description ?? "that user"): \(words(of: errorNumber)) (--job-user)")
    case (CPROCESS_STEP_DIRECTORY, ENOENT), (CPROCESS_STEP_DIRECTORY, ENOTDIR):
      self.init(.directoryNotFound, "the working directory \(job.directory ?? "") does not exist")
    case (CPROCESS_STEP_DIRECTORY, _):
      self.init(
        .directoryNotFound, "the working directory \(job.directory ?? "") cannot be entered: \(words(of: errorNumber))")
    case (CPROCESS_STEP_PROGRAM, ENOENT) where isThere(path):
      self.init(
        .programNotFound, "\(path) is there, but not the interpreter or loader that it names in its first bytes")
    case (CPROCESS_STEP_PROGRAM, ENOENT), (CPROCESS_STEP_PROGRAM, ENOTDIR):
      self.init(.programNotFound, "there is no program \(path)")
    case (CPROCESS_STEP_PROGRAM, EACCES), (CPROCESS_STEP_PROGRAM, EPERM):
      self.init(.notExecutable, "\(path) may not be executed: \(words(of: errorNumber)) (chmod +x, or a noexec mount)")
    case (CPROCESS_STEP_PROGRAM, ENOEXEC):
      self.init(.notExecutable, "\(path) is no executable; a script needs a first line like #!/bin/sh")
    case (CPROCESS_STEP_PROGRAM, E2BIG):
      self.init(.tooLarge, "arguments and environment together are larger than the system allows for \(path)")
    case (CPROCESS_STEP_PROCESS, EMFILE), (CPROCESS_STEP_PROCESS, ENFILE):
      self.init(opening: "the job's pidfd", errorNumber: errorNumber)
    case (_, EAGAIN), (_, ENOMEM):
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
