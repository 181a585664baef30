import Glibc

/// Where a program is, found as a shell finds it.
enum ProgramSearch {
  /// What a program gets when nobody set PATH (as sh and Docker have it).
  static let standardPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

  /// A name with a slash is a path; any other is looked up in the directories of `path`, an empty one being the
  /// working directory (POSIX, Base Definitions, 8.3 PATH).
  static func find(_ name: String, in path: String) throws(JobStartError) -> String {
    guard !name.utf8.contains(UInt8(ascii: "/")) else { return name }
    var unusable: String?
    for directory in path.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false) {
      let candidate = (directory.isEmpty ? "." : String(Substring(directory))) + "/" + name
      if isProgram(candidate) { return candidate }
      if unsafe access(candidate, F_OK) == 0 { unusable = unusable ?? candidate }
    }
    if let unusable {
      throw JobStartError(.notExecutable, "\(unusable) is no program that may be executed (chmod +x)")
    }
    throw JobStartError(.programNotFound, "there is no program \"\(name)\" in PATH (\(path))")
  }

  /// A directory passes access(2) with X_OK, so its kind is asked as well.
  static func isProgram(_ path: String) -> Bool {
    var status = stat()
    guard unsafe access(path, X_OK) == 0, unsafe stat(path, &status) == 0 else { return false }
    return status.st_mode & S_IFMT == S_IFREG
  }
}

/// Where the last program was found. A loop runs the same few commands all its life, and a search asks the file system
/// twice for each directory of PATH.
struct ProgramMemory {
  private var last: (name: String, searchPath: String, found: String)?

  /// As ``ProgramSearch/find(_:in:)``; `isRemembered` when the program was only there at an earlier search.
  mutating func find(
    _ name: String, in searchPath: String
  ) throws(JobStartError) -> (path: String, isRemembered: Bool) {
    if let last, last.name == name, last.searchPath == searchPath { return (last.found, true) }
    let found = try ProgramSearch.find(name, in: searchPath)
    last = (name, searchPath, found)
    return (found, false)
  }

  mutating func forget() {
    last = nil
  }
}
