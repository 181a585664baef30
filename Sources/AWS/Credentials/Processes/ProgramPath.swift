import Glibc

/// Where a program is, found as a shell finds it (POSIX, Base Definitions, 8.3 PATH).
enum ProgramPath {
  /// What a program gets when nobody set PATH.
  static let standard = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

  static func find(_ name: String, in path: String?) throws(ProgramRun.RunError) -> String {
    guard !name.contains("/") else { return name }
    let path = path ?? standard
    for directory in path.split(separator: ":", omittingEmptySubsequences: false) {
      let candidate = (directory.isEmpty ? "." : String(directory)) + "/" + name
      var status = stat()
      // A directory passes access(2) with X_OK.
      if unsafe access(candidate, X_OK) == 0, unsafe stat(candidate, &status) == 0, status.st_mode & S_IFMT == S_IFREG {
        return candidate
      }
    }
    throw .notStarted("is no program in PATH (\(path))")
  }
}
