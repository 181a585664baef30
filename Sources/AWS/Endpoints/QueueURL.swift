/// What a queue's URL says about the queue. The URL itself is passed on as it came: SQS compares it, we do not.
package struct QueueURL: Sendable, Hashable, CustomStringConvertible {
  /// The URL exactly as given.
  package let text: String
  /// The last part of the path.
  package let name: String
  /// The part before the name, where it is an account's twelve digits.
  package let accountID: String?
  /// The region in the host, also in those of old queues and of VPC endpoints; nil for an emulator's URL.
  package let region: String?

  /// A message group of a FIFO queue is an order; only the name tells such a queue (Amazon SQS Developer Guide, "FIFO
  /// queue and message identifiers").
  package var isFIFO: Bool { name.hasSuffix(".fifo") }

  package var description: String { text }

  /// Throws `AWSError` with the code `.configuration` if it is not a URL with a queue's name at its end.
  package init(_ text: String) throws {
    guard let url = HTTPURL(text) else {
      throw AWSError(
        code: .configuration,
        message: "the queue URL \"\(text)\" is not a URL; give it as GetQueueUrl returns it, "
          + "like https://sqs.eu-west-1.amazonaws.com/123456789012/jobs")
    }
    let parts = url.path.split(separator: "/")
    guard let name = parts.last, !url.path.hasSuffix("/") else {
      throw AWSError(
        code: .configuration,
        message: "the queue URL \"\(text)\" does not end in a queue's name, "
          + "like https://sqs.eu-west-1.amazonaws.com/123456789012/jobs")
    }
    self.text = text
    self.name = String(name)
    let account = parts.dropLast().last.map(String.init) ?? ""
    accountID = account.utf8.count == 12 && account.utf8.allSatisfy { (0x30...0x39).contains($0) } ? account : nil
    region = Self.region(ofHost: url.host)
  }

  /// The region that the host of an SQS endpoint names:
  /// - "sqs.eu-west-1.amazonaws.com" and "sqs-fips.us-east-1.api.aws", and LocalStack's imitations of them;
  /// - "vpce-0a1b-2c3d.sqs.eu-west-1.vpce.amazonaws.com";
  /// - "eu-west-1.queue.amazonaws.com" and, for us-east-1, "queue.amazonaws.com", in the URLs of old queues.
  static func region(ofHost host: String) -> String? {
    let labels = host.split(separator: ".").map(String.init)
    if host == "queue.amazonaws.com" { return "us-east-1" }
    if labels.count >= 2, labels[1] == "queue", RegionName.looksReal(labels[0]) { return labels[0] }
    for (label, next) in zip(labels, labels.dropFirst())
    where (label == "sqs" || label == "sqs-fips") && RegionName.looksReal(next) {
      return next
    }
    return nil
  }
}
