extension Endpoint {
  /// An endpoint, and what an operator should hear about how it was found.
  package struct Resolution: Sendable, Hashable {
    package var endpoint: Endpoint
    /// Sentences for the log; empty when nothing was doubtful.
    package var warnings: [String]
  }

  /// The endpoint of a service for one queue, or for none.
  ///
  /// The region is `region` (a setting of ours), else `AWS_REGION`, else `AWS_DEFAULT_REGION`, else that of the queue's
  /// URL. If the queue's URL names another one than the settings, the queue's wins: under any other region the queue does
  /// not exist. The host is `AWS_ENDPOINT_URL_<service>`, else `AWS_ENDPOINT_URL`, else made from the region (AWS SDKs and
  /// Tools Reference Guide, "AWS Region" and "Service-specific endpoints"). With an override and no region the override's
  /// host is asked, then us-east-1 is taken, which emulators expect.
  ///
  /// Throws `AWSError` with the code `.configuration`.
  package static func resolve(
    _ service: AWSService, queue: QueueURL? = nil, region: String? = nil, environment: [String: String]
  ) throws -> Resolution {
    let override = try configuredOverride(service, environment)
    let useFIPS = try flag("AWS_USE_FIPS_ENDPOINT", environment)
    let useDualStack = try flag("AWS_USE_DUALSTACK_ENDPOINT", environment)
    if let override, useFIPS || useDualStack {
      let flag = useFIPS ? "AWS_USE_FIPS_ENDPOINT" : "AWS_USE_DUALSTACK_ENDPOINT"
      throw AWSError(
        code: .configuration,
        message:
          "\(override.name) and \(flag) are both set, and exclude each other: an endpoint of your own is dialled "
          + "as it is. Unset one of them")
    }
    var warnings: [String] = []
    let region = try resolvedRegion(
      configured: configuredRegion(region, environment), queue: queue, override: override, warnings: &warnings)
    if let override {
      return Resolution(
        endpoint: Endpoint(service: service, region: region, url: override.url, isOverride: true), warnings: warnings)
    }
    let host = standardHost(service, region: region, useFIPS: useFIPS, useDualStack: useDualStack)
    guard let url = HTTPURL("https://\(host)/") else {
      throw AWSError(code: .configuration, message: "the region \"\(region)\" makes no host name")
    }
    return Resolution(
      endpoint: Endpoint(service: service, region: region, url: url, isOverride: false), warnings: warnings)
  }

  /// The service's host in a region, by the rules that AWS ships with its SDKs.
  static func standardHost(_ service: AWSService, region: String, useFIPS: Bool, useDualStack: Bool) -> String {
    let partition = Partition.containing(region: region)
    let suffix = useDualStack ? partition.dualStackSuffix : partition.suffix
    let standardIsFIPS = !useDualStack && partition.id == "aws-us-gov" && service.standardIsFIPSInGovCloud
    return "\(service.hostPrefix)\(useFIPS && !standardIsFIPS ? "-fips" : "").\(region).\(suffix)"
  }
}

extension Endpoint {
  private struct Named<Value> {
    let name: String
    let value: Value
  }

  private struct Override {
    let name: String
    let url: HTTPURL
  }

  private static func configuredRegion(_ region: String?, _ environment: [String: String]) throws -> Named<String>? {
    let candidates = [
      ("the region setting", region), ("AWS_REGION", environment["AWS_REGION"]),
      ("AWS_DEFAULT_REGION", environment["AWS_DEFAULT_REGION"]),
    ]
    for case (let name, let value?) in candidates where !value.isEmpty {
      guard RegionName.isValid(value) else {
        throw AWSError(
          code: .configuration, message: "\(name) is \"\(value)\", which is not a region; one looks like eu-west-1")
      }
      return Named(name: name, value: value)
    }
    return nil
  }

  private static func resolvedRegion(
    configured: Named<String>?, queue: QueueURL?, override: Override?, warnings: inout [String]
  ) throws -> String {
    switch (configured, queue?.region) {
    case (let configured?, let queueRegion?):
      if configured.value != queueRegion {
        warnings.append(
          "\(configured.name) says \(configured.value), but the queue is in \(queueRegion) by its URL; "
            + "\(queueRegion) is used for it")
      }
      return queueRegion
    case (let configured?, nil):
      if override == nil, let queue {
        warnings.append(
          "the queue URL \(queue.text) is not one of AWS's, yet AWS is called; for an emulator set "
            + "AWS_ENDPOINT_URL_SQS to its address")
      }
      return configured.value
    case (nil, let queueRegion?): return queueRegion
    case (nil, nil): break
    }
    guard let override else {
      throw AWSError(
        code: .configuration,
        message: queue.map {
          "the queue URL \($0.text) names no region, and neither AWS_REGION nor AWS_DEFAULT_REGION is "
            + "set. Set AWS_REGION; for an emulator set AWS_ENDPOINT_URL_SQS to its address as well"
        }
          ?? "neither AWS_REGION nor AWS_DEFAULT_REGION is set")
    }
    if let region = QueueURL.region(ofHost: override.url.host) { return region }
    warnings.append("no region is configured; requests to \(override.url.hostHeader) are signed for us-east-1")
    return "us-east-1"
  }

  private static func configuredOverride(_ service: AWSService, _ environment: [String: String]) throws -> Override? {
    guard try !flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", environment) else { return nil }
    for name in ["AWS_ENDPOINT_URL_\(service.environmentSuffix)", "AWS_ENDPOINT_URL"] {
      guard let value = environment[name], !value.isEmpty else { continue }
      guard let url = HTTPURL(value) else {
        throw AWSError(
          code: .configuration,
          message: "\(name) is not a usable URL; it takes http or https, a host, and perhaps a port and a path, "
            + "like http://127.0.0.1:9324")
      }
      return Override(name: name, url: url)
    }
    return nil
  }

  private static func flag(_ name: String, _ environment: [String: String]) throws -> Bool {
    switch environment[name]?.lowercased() {
    case nil, "", "false": return false
    case "true": return true
    default:
      throw AWSError(code: .configuration, message: "\(name) takes true or false")
    }
  }
}
