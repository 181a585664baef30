import Curl
import FoundationEssentials

/// The region that the surroundings are in, where they tell: the ECS task's metadata, else the EC2 instance's.
struct MetadataRegion: Sendable {
  let environment: [String: String]
  let metadata: MetadataClient

  /// Nil if nobody knows. Throws only if the task is cancelled or a setting is wrong.
  func find() async throws -> String? {
    if let region = try await ofTask() { return region }
    guard let service = try InstanceMetadata(environment: environment, metadata: metadata) else { return nil }
    do {
      guard case .text(let bytes) = try await service.get("/latest/meta-data/placement/region") else { return nil }
      return Self.checked(String(decoding: bytes.prefix { $0 != 0x0A && $0 != 0x0D }, as: UTF8.self))
    } catch is AWSError {
      return nil
    }
  }

  private struct TaskMetadata: Decodable {
    var taskARN: String?
    var availabilityZone: String?

    enum CodingKeys: String, CodingKey {
      case taskARN = "TaskARN"
      case availabilityZone = "AvailabilityZone"
    }
  }

  private func ofTask() async throws -> String? {
    guard let base = environment["ECS_CONTAINER_METADATA_URI_V4"], let url = HTTPURL(base) else { return nil }
    let path = url.path.hasSuffix("/") ? String(url.path.dropLast()) : url.path
    let request = MetadataClient.request(
      "\(url.scheme)://\(url.hostHeader)\(path)/task", headers: [], timeout: ContainerCredentials.timeout)
    let answer: CurlResponse
    do {
      answer = try await metadata.answer(to: request, attempts: ContainerCredentials.attempts)
    } catch is CurlError {
      return nil
    }
    guard answer.status == 200, let task = try? JSONDecoder().decode(TaskMetadata.self, from: Data(answer.body)) else {
      return nil
    }
    return Self.region(taskARN: task.taskARN, availabilityZone: task.availabilityZone)
  }

  /// The ARN's field, else the zone without its letter: the zones of Local Zones and Wavelength have longer ends.
  static func region(taskARN: String?, availabilityZone: String?) -> String? {
    let fields = taskARN?.split(separator: ":", omittingEmptySubsequences: false) ?? []
    if fields.count >= 6, fields[0] == "arn", let region = checked(String(fields[3])) { return region }
    guard let zone = availabilityZone, let last = zone.utf8.last, (0x61...0x7A).contains(last) else { return nil }
    return checked(String(zone.dropLast()))
  }

  private static func checked(_ name: String) -> String? {
    RegionName.isValid(name) && RegionName.looksReal(name) ? name : nil
  }
}
