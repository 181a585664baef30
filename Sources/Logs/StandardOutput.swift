import Glibc

/// Standard output, a line at a time, unbuffered: what a container's log driver reads.
package enum StandardOutput {
  package static let isTerminal = isatty(1) == 1

  /// Writes all bytes; one call of write(2) for a usual line, so that lines of several threads never mix.
  package static func write(_ bytes: [UInt8]) {
    writeAll(bytes, to: 1)
  }
}

/// Standard error, for what a person at a terminal must see although standard output is a log.
package enum StandardError {
  package static func writeLine(_ text: String) {
    writeAll(Array(text.utf8) + [UInt8(ascii: "\n")], to: 2)
  }
}

/// A reader that has gone (EPIPE) or a full disk must not stop deliveries: what cannot be written is dropped.
private func writeAll(_ bytes: [UInt8], to descriptor: Int32) {
  unsafe bytes.withUnsafeBytes { buffer in
    var rest = unsafe buffer[...]
    while unsafe !rest.isEmpty {
      let written = unsafe Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if written < 0 {
        if errno == EINTR { continue }
        return
      }
      unsafe rest = unsafe rest.dropFirst(written)
    }
  }
}
