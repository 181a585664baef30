/// A part of AWS with accounts and domains of its own, as the endpoint rules of the AWS SDKs list them.
struct Partition: Hashable {
  let id: String
  /// What the names of its regions begin with; a word and a number follow: "us-gov-" and "west-1".
  let regionPrefixes: [String]
  let suffix: String
  let dualStackSuffix: String

  /// The partition that has the region, by the name alone: a region opened later needs no new version of ours. A name
  /// that fits none is taken as one of the commercial partition, as the SDKs do.
  static func containing(region: String) -> Partition {
    all.first { partition in
      partition.regionPrefixes.contains { prefix in
        region.hasPrefix(prefix) && isWordAndNumber(region.dropFirst(prefix.count))
      }
    } ?? commercial
  }

  /// `\w+-\d+`
  private static func isWordAndNumber(_ text: Substring) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    return parts.count == 2 && !parts[0].isEmpty && !parts[1].isEmpty
      && parts[0].utf8.allSatisfy { RegionName.isLetterOrDigit($0) || $0 == UInt8(ascii: "_") }
      && parts[1].utf8.allSatisfy { (0x30...0x39).contains($0) }
  }

  private static let commercial = Partition(
    id: "aws", regionPrefixes: ["us-", "eu-", "ap-", "sa-", "ca-", "me-", "af-", "il-", "mx-"],
    suffix: "amazonaws.com", dualStackSuffix: "api.aws")

  private static let all = [
    commercial,
    Partition(
      id: "aws-cn", regionPrefixes: ["cn-"], suffix: "amazonaws.com.cn",
      dualStackSuffix: "api.amazonwebservices.com.cn"),
    Partition(id: "aws-us-gov", regionPrefixes: ["us-gov-"], suffix: "amazonaws.com", dualStackSuffix: "api.aws"),
    Partition(
      id: "aws-eusc", regionPrefixes: ["eusc-de-"], suffix: "amazonaws.eu",
      dualStackSuffix: "api.amazonwebservices.eu"),
    Partition(
      id: "aws-iso", regionPrefixes: ["us-iso-"], suffix: "c2s.ic.gov", dualStackSuffix: "api.aws.ic.gov"),
    Partition(
      id: "aws-iso-b", regionPrefixes: ["us-isob-"], suffix: "sc2s.sgov.gov", dualStackSuffix: "api.aws.scloud"),
    Partition(
      id: "aws-iso-e", regionPrefixes: ["eu-isoe-"], suffix: "cloud.adc-e.uk",
      dualStackSuffix: "api.cloud-aws.adc-e.uk"),
    Partition(
      id: "aws-iso-f", regionPrefixes: ["us-isof-"], suffix: "csp.hci.ic.gov",
      dualStackSuffix: "api.aws.hci.ic.gov"),
  ]
}
