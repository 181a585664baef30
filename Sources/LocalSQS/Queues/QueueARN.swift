/// Names of queues as they travel: resource names and URLs. Both end with the queue's name, which is all that counts here.
enum QueueARN {
  /// No AWS account has this number.
  static let account = "000000000000"
  static let standardRegion = "us-east-1"

  static func text(_ name: String, region: String) -> String {
    "arn:aws:sqs:\(region):\(account):\(name)"
  }

  /// The queue's name, or nil if it is not the name of an SQS queue. Region and account may be any.
  static func name(in arn: String) -> String? {
    let parts = arn.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 6, parts[0] == "arn", parts[2] == "sqs", !parts[5].isEmpty else { return nil }
    return String(parts[5])
  }

  /// The last part of a queue URL's path, whatever its scheme, host and account: clients reach this program by many names.
  static func name(inURL url: String) -> String? {
    let path = url.split(separator: "?", omittingEmptySubsequences: false).first ?? ""
    guard let name = path.split(separator: "/").last, !name.isEmpty else { return nil }
    return String(name)
  }
}
