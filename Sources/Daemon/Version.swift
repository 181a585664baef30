/// The version of sqsd, in `--version`, in the User-Agent and in the first log line.
enum Version {
  static let current = "0.1.0"
}
