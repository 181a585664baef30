/// Whom a job runs as. Numbers only: names are looked up by a part of the C library that a static executable has not.
struct JobUser: Sendable, Equatable, CustomStringConvertible {
  let user: UInt32
  /// The job's only group.
  let group: UInt32

  var description: String { "\(user):\(group)" }

  init(user: UInt32, group: UInt32) {
    self.user = user
    self.group = group
  }

  /// Reads `UID:GID`; nil for anything else. The highest number of all means "leave as it is" to the kernel (setuid(2)).
  init?(parsing text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { part in
      part.utf8.allSatisfy { (0x30...0x39).contains($0) } ? UInt32(part) : nil
    }
    guard parts.count == 2, let user = parts[0], let group = parts[1], user < .max, group < .max else { return nil }
    self.init(user: user, group: group)
  }
}
