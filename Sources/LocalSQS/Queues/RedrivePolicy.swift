internal import FoundationEssentials

/// After how many receives a message goes to which dead-letter queue.
struct RedrivePolicy: Hashable, Sendable {
  /// The dead-letter queue's name.
  let target: String
  let maxReceiveCount: Int

  init(target: String, maxReceiveCount: Int) {
    self.target = target
    self.maxReceiveCount = maxReceiveCount
  }

  /// Reads the attribute's JSON: `{"deadLetterTargetArn":"arn:…","maxReceiveCount":"3"}`, the count as text or number.
  init(attribute text: String, limits: QueueLimits) throws(SQSError) {
    let wire: Wire
    do {
      wire = try JSONDecoder().decode(Wire.self, from: Data(text.utf8))
    } catch {
      throw .invalid("RedrivePolicy", text, "Redrive policy is not a valid JSON map.")
    }
    guard let arn = wire.deadLetterTargetArn, let count = wire.maxReceiveCount else {
      throw .invalid(
        "RedrivePolicy", text,
        "Redrive policy does not contain mandatory attribute: deadLetterTargetArn, maxReceiveCount.")
    }
    guard let target = QueueARN.name(in: arn) else {
      throw .invalid("RedrivePolicy", text, "Invalid value for deadLetterTargetArn.")
    }
    guard limits.maxReceiveCount.contains(count.value) else {
      throw .invalid(
        "RedrivePolicy", text,
        "Invalid value for maxReceiveCount: \(count.value), valid values are from "
          + "\(limits.maxReceiveCount.lowerBound) to \(limits.maxReceiveCount.upperBound) both inclusive.")
    }
    self.init(target: target, maxReceiveCount: count.value)
  }

  func attribute(region: String) -> String {
    "{\"deadLetterTargetArn\":\"\(QueueARN.text(target, region: region))\",\"maxReceiveCount\":\(maxReceiveCount)}"
  }

  private struct Wire: Decodable {
    let deadLetterTargetArn: String?
    let maxReceiveCount: Count?
  }

  /// The console writes a number, the AWS documentation's examples a string.
  private struct Count: Decodable {
    let value: Int

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Int.self) {
        value = number
      } else {
        value = Int(try container.decode(String.self)) ?? -1
      }
    }
  }
}
