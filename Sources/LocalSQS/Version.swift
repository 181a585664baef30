/// The version of local-sqs, in `--version` and in the first log line.
enum Version {
  static let current = "0.1.0"
}
