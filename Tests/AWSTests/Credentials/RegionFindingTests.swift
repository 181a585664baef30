import Curl
import Foundation
import TestSupport
import Testing

@testable import AWS

@Suite(.timeLimit(.minutes(1))) struct RegionFindingTests {
  private func find(
    _ environment: [String: String], queue: String? = nil, service: AWSService = .sqs
  ) async throws -> Endpoint.Resolution {
    let curl = try CurlClient()
    defer { curl.shutdown() }
    let variables = environment.merging(["AWS_EC2_METADATA_DISABLED": "true"]) { old, _ in old }
    return try await Endpoint.find(
      service, queue: queue.map { try QueueURL($0) }, environment: variables, client: curl, sleep: { _ in })
  }

  private func profile(_ config: String) throws -> (folder: TemporaryFolder, environment: [String: String]) {
    let folder = try TemporaryFolder()
    try folder.write("config", config)
    return (folder, folder.environment)
  }

  @Test func `the profile's region counts after the environment's and before the queue's`() async throws {
    let (folder, environment) = try profile("[default]\nregion = eu-west-2\n[profile p]\nregion = eu-west-3\n")
    defer { withExtendedLifetime(folder) {} }
    #expect(try await find(environment).endpoint.region == "eu-west-2")
    #expect(try await find(environment.merging(["AWS_PROFILE": "p"]) { $1 }).endpoint.region == "eu-west-3")
    #expect(try await find(environment.merging(["AWS_REGION": "eu-west-1"]) { $1 }).endpoint.region == "eu-west-1")
    let resolution = try await find(environment, queue: "https://sqs.ap-south-1.amazonaws.com/123456789012/jobs")
    #expect(resolution.endpoint.region == "ap-south-1")
    #expect(
      resolution.warnings == [
        "region of the profile \"default\" says eu-west-2, but the queue is in ap-south-1 by its URL; "
          + "ap-south-1 is used for it"
      ])
  }

  @Test func `a profile's endpoints come after the environment's, the service's own first`() async throws {
    let (folder, environment) = try profile(
      """
      [default]
      region = eu-west-2
      endpoint_url = http://127.0.0.1:1
      services = mine
      [services mine]
      sqs =
        endpoint_url = http://127.0.0.1:2
      """)
    defer { withExtendedLifetime(folder) {} }
    #expect(try await find(environment).endpoint.url == "http://127.0.0.1:2/")
    #expect(try await find(environment, service: .sts).endpoint.url == "http://127.0.0.1:1/")
    let general = environment.merging(["AWS_ENDPOINT_URL": "http://127.0.0.1:3"]) { $1 }
    #expect(try await find(general).endpoint.url == "http://127.0.0.1:3/")
    let ignored = environment.merging(["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"]) { $1 }
    #expect(try await find(ignored).endpoint.url == "https://sqs.eu-west-2.amazonaws.com/")
  }

  @Test func `a profile's switches count where the environment's are not set, and faults name the profile`()
    async throws
  {
    let fips = try profile("[default]\nregion = us-east-1\nuse_fips_endpoint = true\n")
    #expect(try await find(fips.environment).endpoint.url == "https://sqs-fips.us-east-1.amazonaws.com/")
    #expect(
      try await find(fips.environment.merging(["AWS_USE_FIPS_ENDPOINT": "false"]) { $1 }).endpoint.url
        == "https://sqs.us-east-1.amazonaws.com/")
    let dual = try profile("[default]\nregion = us-east-1\nuse_dualstack_endpoint = yes\n")
    let error = await AWSError.thrown { _ = try await find(dual.environment) }
    #expect(error?.message == "use_dualstack_endpoint of the profile \"default\" takes true or false")
    let bad = try profile("[default]\nregion = us-east-1\nendpoint_url = nonsense\n")
    let badError = await AWSError.thrown { _ = try await find(bad.environment) }
    #expect(badError?.message.hasPrefix("endpoint_url of the profile \"default\" is not a usable URL") == true)
  }

  @Test func `the ECS task tells the region when nothing else does`() async throws {
    let task = #"{"TaskARN":"arn:aws:ecs:eu-north-1:123456789012:task/c/x","AvailabilityZone":"eu-north-1b"}"#
    let peer = try ScriptedPeer { _ in [.answerAll(httpAnswer(200, task))] }
    let environment = ["ECS_CONTAINER_METADATA_URI_V4": "\(peer.url)/v4/abc"]
    #expect(try await find(environment).endpoint.url == "https://sqs.eu-north-1.amazonaws.com/")
    #expect(peer.requestLines == ["GET /v4/abc/task"])
    // Not asked where it is not needed.
    _ = try await find(environment.merging(["AWS_REGION": "eu-west-1"]) { $1 })
    _ = try await find(environment, queue: "https://sqs.ap-south-1.amazonaws.com/123456789012/jobs")
    _ = try await find(environment.merging(["AWS_ENDPOINT_URL_SQS": "http://127.0.0.1:1"]) { $1 })
    #expect(peer.record.requests.count == 1)
  }

  @Test func `the EC2 instance tells it when the task does not`() async throws {
    let task = try ScriptedPeer { _ in [.answerAll(httpAnswer(500, ""))] }
    let instance = try ScriptedPeer.answering([httpAnswer(200, "T"), httpAnswer(200, "ca-west-1\n")])
    let environment = [
      "ECS_CONTAINER_METADATA_URI_V4": task.url, "AWS_EC2_METADATA_SERVICE_ENDPOINT": instance.url,
      "AWS_EC2_METADATA_DISABLED": "false",
    ]
    #expect(try await find(environment).endpoint.region == "ca-west-1")
    #expect(instance.requestLines == ["PUT /latest/api/token", "GET /latest/meta-data/placement/region"])
  }

  @Test func `when nobody knows, the error says what to set`() async throws {
    let instance = try ScriptedPeer.answering([httpAnswer(200, "T"), httpAnswer(200, "evil.example.com/")])
    for environment in [
      [:], ["AWS_EC2_METADATA_SERVICE_ENDPOINT": instance.url, "AWS_EC2_METADATA_DISABLED": "false"],
    ] {
      let error = await AWSError.thrown {
        _ = try await find(environment, queue: "http://127.0.0.1:9324/000000000000/jobs")
      }
      #expect(error?.code == .configuration && error?.message.contains("Set AWS_REGION") == true)
    }
  }

  @Test(
    arguments: [
      ("arn:aws:ecs:us-west-2:1:task/x", "us-west-2-lax-1a", "us-west-2"), (nil, "us-west-2d", "us-west-2"),
      ("arn:aws:ecs::1:task/x", "us-west-2d", "us-west-2"), ("nonsense", nil, nil), (nil, "us-west-2", nil),
      (nil, "us-west-2-lax-1a", "us-west-2-lax-1"), ("arn:aws:ecs:EVIL/:1:task/x", nil, nil), (nil, "", nil),
    ] as [(String?, String?, String?)])
  func `the task's ARN tells the region, else its zone does`(arn: String?, zone: String?, region: String?) {
    #expect(MetadataRegion.region(taskARN: arn, availabilityZone: zone) == region)
  }
}
