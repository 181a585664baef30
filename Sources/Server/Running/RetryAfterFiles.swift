import Glibc
import Synchronization

/// Where a job that fails may say how many seconds later its message is to come again: a file for each job, in a
/// directory of our own. The job makes the file; a job that has nothing to say costs nothing.
final class RetryAfterFiles: Sendable {
  /// What a job said.
  enum Answer: Sendable, Equatable {
    case nothing
    case seconds(Int)
    /// Something that is no number of seconds in ``range``.
    case nonsense
  }

  /// As long as SQS can hide a message.
  static let range = 0...43_200

  private let directory: String
  private let descriptor: Descriptor
  private let lastNumber = Atomic(0)

  /// Makes the directory in the first of the parents where it can be made; nil where none lets us. `owner` is the user
  /// whom jobs run as, if that is another.
  init?(in parents: [String], owner: JobUser? = nil) {
    var made: String?
    for parent in parents where made == nil { made = Self.makeDirectory(in: parent) }
    guard let directory = made else { return nil }
    if let owner, unsafe chown(directory, owner.user, owner.group) != 0 {
      unsafe rmdir(directory)
      return nil
    }
    let number = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    // The time of its last change, set to 1970, tells from now on whether anything has ever been put into it.
    guard number >= 0, unsafe futimens(number, [timespec(), timespec()]) == 0 else {
      if number >= 0 { close(number) }
      unsafe rmdir(directory)
      return nil
    }
    self.directory = directory
    descriptor = Descriptor(owning: number)
  }

  deinit {
    unsafe rmdir(directory)
  }

  /// A path for one job; nothing is there yet.
  func next() -> String {
    "\(directory)/\(lastNumber.add(1, ordering: .relaxed).newValue)"
  }

  /// What the job wrote there, which is then removed. The job may have put anything in its place: a link, a pipe, a
  /// terabyte.
  func take(_ path: String) -> Answer {
    let file = unsafe open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard file >= 0 else {
      guard errno != ENOENT else { return .nothing }
      unsafe unlink(path)
      return .nonsense
    }
    defer {
      close(file)
      unsafe unlink(path)
    }
    var buffer = [UInt8](repeating: 0, count: 64)
    let count = unsafe read(file, &buffer, buffer.count)
    guard count > 0 else { return count == 0 ? .nothing : .nonsense }
    return Self.answer(buffer[..<count])
  }

  /// Removes what the job may have left, unread. Where no job has ever left anything, looking for it would cost more than
  /// the rest of what is done after a job.
  func drop(_ path: String) {
    var status = stat()
    if unsafe fstat(descriptor.number, &status) == 0, status.st_mtim.tv_sec == 0 { return }
    unsafe unlink(path)
  }

  private static func answer(_ bytes: ArraySlice<UInt8>) -> Answer {
    let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
    var digits = bytes.drop(while: isSpace)
    while let last = digits.last, isSpace(last) { digits.removeLast() }
    guard !digits.isEmpty else { return .nothing }
    guard digits.count <= 9, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return .nonsense }
    let seconds = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    return range.contains(seconds) ? .seconds(seconds) : .nonsense
  }

  private static func makeDirectory(in parent: String) -> String? {
    var template = Array("\(parent)/worker-server-XXXXXX".utf8CString)
    // mkdtemp(3): mode 0700, and a name that nobody else has.
    return unsafe template.withUnsafeMutableBufferPointer { buffer in
      guard let path = buffer.baseAddress, let made = unsafe mkdtemp(path) else { return nil }
      return unsafe String(cString: made)
    }
  }
}
