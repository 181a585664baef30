import Glibc

/// A secret that is given in a file, so that it is in no command line and no environment, which other processes can
/// read. Read once, at the start. Printing it prints no part of it.
package struct SecretFile: Sendable, CustomStringConvertible, CustomReflectable {
  /// Less can be guessed; more is most likely another file.
  package static let sizes = 16...4096

  /// Without the line breaks at the end, which editors and `echo` add.
  package let bytes: [UInt8]
  /// A sentence worth a warning at the start: who else can read it.
  package let note: String?

  package init(at path: String) throws(SettingFault) {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw SettingFault("cannot be read: \(Self.words(for: errno))") }
    defer { close(file) }
    var information = stat()
    guard unsafe fstat(file, &information) == 0 else { throw SettingFault("cannot be read: \(Self.words(for: errno))") }
    // One byte more than there may be, to see that there are too many. A pipe gives less than was asked for.
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: Self.sizes.upperBound + 1)
    while content.count <= Self.sizes.upperBound {
      let count = unsafe read(file, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw SettingFault("cannot be read: \(Self.words(for: errno))") }
      guard count > 0 else { break }
      content += buffer[..<count]
    }
    guard content.count <= Self.sizes.upperBound else {
      throw SettingFault("is larger than \(Self.sizes.upperBound) bytes, which no secret is")
    }
    while let last = content.last, last == 0x0A || last == 0x0D { content.removeLast() }
    guard content.count >= Self.sizes.lowerBound else {
      throw SettingFault(
        "holds \(content.count) bytes, and a secret has at least \(Self.sizes.lowerBound): openssl rand -hex 32 makes one"
      )
    }
    bytes = content
    note =
      information.st_mode & S_IROTH == 0
      ? nil : "\(path) can be read by every user of this system: chmod o= \(path), unless it is mounted so on purpose"
  }

  private static func words(for code: Int32) -> String {
    unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
  }

  package var description: String { "<redacted>" }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
