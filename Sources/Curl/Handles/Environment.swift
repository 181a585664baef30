internal import Glibc

/// What the C library knows of the process and of errors.
enum Environment {
  static func value(_ name: String) -> String? {
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }

  /// The C library's sentence for an errno.
  static func words(forSystemError code: Int32) -> String { unsafe String(cString: strerror(code)) }
}
