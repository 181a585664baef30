import CProcess
import Glibc

/// The only owner of a file descriptor; closes it at its end.
struct Descriptor: ~Copyable, Sendable {
  let number: Int32

  init(owning number: Int32) {
    self.number = number
  }

  /// Takes what a function of CProcess or open(2) returned; anything negative is a failure.
  init(_ result: Int32, for purpose: String) throws(ProgramRun.RunError) {
    guard result >= 0 else {
      throw .notStarted("cannot open \(purpose): \(SmallFile.words(result == -1 ? errno : -result))")
    }
    number = result
  }

  deinit {
    close(number)
  }
}

/// A pipe that is not inherited; its read end does not block.
struct Pipe: ~Copyable {
  let readEnd: Descriptor
  let writeEnd: Descriptor

  init() throws(ProgramRun.RunError) {
    var ends: [Int32] = [-1, -1]
    let result = unsafe cprocess_pipe(&ends)
    guard result == 0 else { throw .notStarted("cannot open a pipe: \(SmallFile.words(-result))") }
    readEnd = Descriptor(owning: ends[0])
    writeEnd = Descriptor(owning: ends[1])
  }

  /// Closes our copy of the write end, so that the pipe ends with the program.
  consuming func finishWriting() -> Descriptor { readEnd }
}
