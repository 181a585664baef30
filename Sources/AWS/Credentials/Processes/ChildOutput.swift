import Glibc

/// What a program writes, up to its limits.
struct ChildOutput: ~Copyable {
  private let limits: ProgramRun.Limits
  private let output: Descriptor
  private let errors: Descriptor
  private var outputIsOpen = true
  private var errorsAreOpen = true
  var result = ProgramRun.Output()

  init(limits: ProgramRun.Limits, output: consuming Descriptor, errors: consuming Descriptor) {
    self.limits = limits
    self.output = output
    self.errors = errors
  }

  var isOverLimit: Bool { result.standardOutput.count > limits.output }

  mutating func readWhatIsThere() {
    // One byte more than allowed tells that there is more.
    outputIsOpen = outputIsOpen && Self.read(output.number, into: &result.standardOutput, keeping: limits.output + 1)
    errorsAreOpen = errorsAreOpen && Self.read(errors.number, into: &result.standardError, keeping: limits.errors)
  }

  /// Until there is something to read, or one of the others is readable, or the time is up.
  func wait(also first: Int32, _ second: Int32, milliseconds: Int32) {
    var waited = [first, second]
    if outputIsOpen { waited.append(output.number) }
    if errorsAreOpen { waited.append(errors.number) }
    var list = waited.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    _ = unsafe poll(&list, nfds_t(list.count), milliseconds)
  }

  /// False at the end of the pipe. A writer that never pauses is left after some rounds, so that its time is looked at.
  private static func read(_ descriptor: Int32, into bytes: inout [UInt8], keeping limit: Int) -> Bool {
    for _ in 0..<16 {
      var count = 0
      let piece = unsafe [UInt8](unsafeUninitializedCapacity: 16 << 10) { buffer, filled in
        count = unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        filled = max(0, count)
      }
      if count < 0 { return errno == EAGAIN || errno == EINTR }
      if count == 0 { return false }
      bytes += piece.prefix(max(0, limit - bytes.count))
    }
    return true
  }
}
