import Testing

@testable import AWS

@Suite struct EndpointTests {
  private func resolve(
    _ environment: [String: String], queue: String? = nil, region: String? = nil
  ) throws -> Endpoint.Resolution {
    try Endpoint.resolve(.sqs, queue: queue.map { try QueueURL($0) }, region: region, environment: environment)
  }

  private func failure(_ environment: [String: String], queue: String? = nil, region: String? = nil) -> AWSError? {
    do {
      _ = try resolve(environment, queue: queue, region: region)
      return nil
    } catch {
      return error as? AWSError
    }
  }

  private struct Answer: Decodable {
    var region: String
    var fips: Bool
    var dualStack: Bool
    var url: String
  }

  @Test(.timeLimit(.minutes(1)))
  func `every region of every partition, with FIPS and dual-stack, has the host that botocore gives it`() async throws {
    let invented = [
      "eu-mars-9", "us-gov-moon-1", "cn-south-12", "eusc-de-west-2", "eusc-fr-west-2", "us-isob-far-3", "eu-isoe-x-1",
      "us-isof-y-1", "us-iso-z-1", "xx-nowhere-1", "local", "us-east", "us-east-1a", "cn-north-1-b", "mx-central-7",
    ]
    let answers = try await Botocore.run("endpoints.py", input: invented, as: [Answer].self)
    #expect(answers.count > 200)
    for answer in answers {
      var environment = ["AWS_REGION": answer.region]
      if answer.fips { environment["AWS_USE_FIPS_ENDPOINT"] = "true" }
      if answer.dualStack { environment["AWS_USE_DUALSTACK_ENDPOINT"] = "TRUE" }
      let resolution = try resolve(environment)
      #expect(resolution.endpoint.url == answer.url + "/", "\(answer)")
      #expect(resolution.endpoint.region == answer.region)
      #expect(resolution.endpoint.hostHeader == answer.url.dropFirst("https://".count))
      #expect(resolution.warnings.isEmpty && !resolution.endpoint.isOverride)
    }
  }

  @Test func `the region is the setting's, else AWS_REGION's, else AWS_DEFAULT_REGION's, else the queue's`() throws {
    let both = ["AWS_REGION": "eu-west-2", "AWS_DEFAULT_REGION": "eu-west-3"]
    #expect(try resolve(both, region: "eu-west-1").endpoint.region == "eu-west-1")
    #expect(try resolve(both).endpoint.region == "eu-west-2")
    #expect(try resolve(["AWS_REGION": "", "AWS_DEFAULT_REGION": "eu-west-3"]).endpoint.region == "eu-west-3")
    let queue = "https://sqs.ap-south-1.amazonaws.com/123456789012/jobs"
    #expect(try resolve([:], queue: queue).endpoint.region == "ap-south-1")
    #expect(failure([:])?.code == .configuration)
  }

  @Test func `a queue in another region than the configured one is called in its own, with a warning`() throws {
    let queue = "https://sqs.eu-central-1.amazonaws.com/123456789012/jobs"
    let other = try resolve(["AWS_REGION": "eu-west-1"], queue: queue)
    #expect(other.endpoint.url == "https://sqs.eu-central-1.amazonaws.com/")
    #expect(
      other.warnings == [
        "AWS_REGION says eu-west-1, but the queue is in eu-central-1 by its URL; eu-central-1 is used for it"
      ])
    #expect(try resolve(["AWS_REGION": "eu-central-1"], queue: queue).warnings.isEmpty)
  }

  @Test func `an override is dialled as it is, and AWS_ENDPOINT_URL_SQS goes before AWS_ENDPOINT_URL`() throws {
    let general = ["AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": "http://localhost:4566"]
    let endpoint = try resolve(general).endpoint
    #expect(endpoint.url == "http://localhost:4566/" && endpoint.path == "/" && endpoint.isOverride)
    #expect(endpoint.hostHeader == "localhost:4566")
    var both = general
    both["AWS_ENDPOINT_URL_SQS"] = "HTTPS://VPCE-0A1B-2C3D.sqs.eu-west-1.vpce.amazonaws.com:443/prefix/x"
    let specific = try resolve(both).endpoint
    #expect(specific.url == "https://vpce-0a1b-2c3d.sqs.eu-west-1.vpce.amazonaws.com/prefix/x")
    #expect(specific.hostHeader == "vpce-0a1b-2c3d.sqs.eu-west-1.vpce.amazonaws.com")
    #expect(specific.path == "/prefix/x")
    both["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true"
    #expect(try resolve(both).endpoint.url == "https://sqs.eu-west-1.amazonaws.com/")
    both["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "false"
    both["AWS_ENDPOINT_URL_SQS"] = ""
    #expect(try resolve(both).endpoint.url == "http://localhost:4566/")
  }

  @Test(arguments: ["AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"])
  func `an override together with FIPS or dual-stack is an error that names both`(flag: String) {
    let environment = ["AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": "http://localhost:4566", flag: "true"]
    let error = failure(environment)
    #expect(error?.code == .configuration)
    #expect(error?.message.hasPrefix("AWS_ENDPOINT_URL and \(flag) are both set") == true)
  }

  @Test func `an emulator's queue URL needs a region, or an override that falls back to us-east-1 aloud`() throws {
    let queue = "http://127.0.0.1:9324/000000000000/jobs"
    let error = failure([:], queue: queue)
    #expect(error?.code == .configuration)
    #expect(error?.message.contains("Set AWS_REGION") == true && error?.message.contains(queue) == true)
    let resolution = try resolve(["AWS_ENDPOINT_URL_SQS": "http://127.0.0.1:9324"], queue: queue)
    #expect(resolution.endpoint.region == "us-east-1")
    #expect(
      resolution.warnings == ["no region is configured; requests to 127.0.0.1:9324 are signed for us-east-1"])
  }

  @Test func `an emulator's queue URL without an override is called at AWS, with a warning`() throws {
    let queue = "http://127.0.0.1:9324/000000000000/jobs"
    let resolution = try resolve(["AWS_REGION": "eu-west-1"], queue: queue)
    #expect(resolution.endpoint.url == "https://sqs.eu-west-1.amazonaws.com/")
    #expect(resolution.warnings.count == 1 && resolution.warnings.first?.contains("AWS_ENDPOINT_URL_SQS") == true)
    let override = ["AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL_SQS": "http://127.0.0.1:9324"]
    #expect(try resolve(override, queue: queue).warnings.isEmpty)
  }

  @Test func `an override's own host tells the region when nothing else does`() throws {
    let resolution = try resolve([
      "AWS_ENDPOINT_URL_SQS": "https://vpce-0a1b-2c3d.sqs.eu-west-1.vpce.amazonaws.com"
    ])
    #expect(resolution.endpoint.region == "eu-west-1" && resolution.warnings.isEmpty)
  }

  @Test(arguments: [
    "localhost:4566", "ftp://localhost", "http://", "http://user@host/", "http://host/?a=b", "http://host/#f",
    "http://host:0/", "http://host:65536/", "http://host:/", "http://host:12x/", "http://ho st/", "http://[::1",
    "http://[1]/",
    "http://[fe80::1%eth0]/", "http://host\r\nX: y/", "http://hôst/", "http://[::1]x/",
  ])
  func `an override that is no URL is refused by its variable's name`(value: String) {
    let error = failure(["AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL_SQS": value])
    #expect(error?.code == .configuration)
    #expect(error?.message.hasPrefix("AWS_ENDPOINT_URL_SQS is not a usable URL") == true)
  }

  @Test(arguments: ["eu-west-1.evil.example/", "EU-WEST-1", "eu west", "-eu", "é", "eu_west_1", "a/b", "x@y"])
  func `a region that is no label of a host name is refused`(value: String) {
    #expect(failure(["AWS_REGION": value])?.message.contains("which is not a region") == true)
  }

  @Test func `a switch takes true or false and nothing else`() {
    let error = failure(["AWS_REGION": "eu-west-1", "AWS_USE_FIPS_ENDPOINT": "yes"])
    #expect(error?.description == "AWS_USE_FIPS_ENDPOINT takes true or false")
  }

  @Test(arguments: [
    ("http://localhost", "localhost"), ("http://localhost:80", "localhost"), ("http://localhost:443", "localhost:443"),
    ("https://localhost:443", "localhost"), ("https://localhost:80", "localhost:80"), ("http://[::1]:80", "[::1]"),
    ("http://[FD00:EC2::23]:8080", "[fd00:ec2::23]:8080"), ("http://A.B:08080", "a.b:8080"),
  ])
  func `the Host header has brackets round IPv6 and no port that is the scheme's own`(url: String, host: String) {
    #expect(HTTPURL(url)?.hostHeader == host)
  }
}
