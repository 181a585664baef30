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
    try resolve(
      service, queue: queue, region: region, environment: environment,
      profile: try ProfileSettings(environment: environment))
  }

  /// The same with what the profile in use says: each of its keys counts where the environment's variables for the same
  /// thing are not set. `found` is a region that counts if nothing else names one.
  static func resolve(
    _ service: AWSService, queue: QueueURL? = nil, region: String? = nil, environment: [String: String],
    profile: ProfileSettings?, found: String? = nil
  ) throws -> Resolution {
    let override = try configuredOverride(service, environment, profile)
    let fips = try flag("AWS_USE_FIPS_ENDPOINT", environment, profile?.useFIPS)
    let dualStack = try flag("AWS_USE_DUALSTACK_ENDPOINT", environment, profile?.useDualStack)
    if let override, let flag = [fips, dualStack].first(where: \.value) {
      throw AWSError(
        code: .configuration,
        message:
          "\(override.name) and \(flag.name) are both set, and exclude each other: an endpoint of your own is dialled "
          + "as it is. Unset one of them")
    }
    var warnings: [String] = []
    let region = try resolvedRegion(
      configured: configuredRegion(region, environment, profile), queue: queue, override: override, found: found,
      warnings: &warnings)
    if let override {
      return Resolution(
        endpoint: Endpoint(service: service, region: region, url: override.url, isOverride: true), warnings: warnings)
    }
    let host = standardHost(service, region: region, useFIPS: fips.value, useDualStack: dualStack.value)
    guard let url = HTTPURL("https://\(host)/") else {
      throw AWSError(code: .configuration, message: "the region \"\(region)\" makes no host name")
    }
    return Resolution(
      endpoint: Endpoint(service: service, region: region, url: url, isOverride: false), warnings: warnings)
  }

  /// Whether `resolve` needs nobody else to tell the region.
  static func isRegionKnown(
    _ service: AWSService, queue: QueueURL?, environment: [String: String], profile: ProfileSettings?
  ) throws -> Bool {
    try queue?.region != nil || configuredRegion(nil, environment, profile) != nil
      || configuredOverride(service, environment, profile) != nil
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
  /// A value, and what it is called where it was set.
  struct Named<Value> {
    let name: String
    let value: Value
  }

  private struct Override {
    let name: String
    let url: HTTPURL
  }

  private static func configuredRegion(
    _ region: String?, _ environment: [String: String], _ profile: ProfileSettings?
  ) throws -> Named<String>? {
    let candidates = [
      ("the region setting", region), ("AWS_REGION", environment["AWS_REGION"]),
      ("AWS_DEFAULT_REGION", environment["AWS_DEFAULT_REGION"]),
      (profile?.region?.name ?? "", profile?.region?.value),
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
    configured: Named<String>?, queue: QueueURL?, override: Override?, found: String?, warnings: inout [String]
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
    if let found { return found }
    guard let override else {
      throw AWSError(
        code: .configuration,
        message: queue.map {
          "the queue URL \($0.text) names no region, and neither AWS_REGION nor AWS_DEFAULT_REGION is "
            + "set, nor does a profile or the metadata of ECS or EC2 tell. Set AWS_REGION; for an emulator set AWS_ENDPOINT_URL_SQS to its address as well"
        }
          ?? "neither AWS_REGION nor AWS_DEFAULT_REGION is set")
    }
    if let region = QueueURL.region(ofHost: override.url.host) { return region }
    warnings.append("no region is configured; requests to \(override.url.hostHeader) are signed for us-east-1")
    return "us-east-1"
  }

  private static func configuredOverride(
    _ service: AWSService, _ environment: [String: String], _ profile: ProfileSettings?
  ) throws -> Override? {
    guard try !flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", environment, profile?.ignoreEndpoints).value else {
      return nil
    }
    let names = ["AWS_ENDPOINT_URL_\(service.environmentSuffix)", "AWS_ENDPOINT_URL"]
    let candidates =
      names.map { Named(name: $0, value: environment[$0] ?? "") } + (try profile?.endpoints(service) ?? [])
    for candidate in candidates where !candidate.value.isEmpty {
      let (name, value) = (candidate.name, candidate.value)
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

  private static func flag(
    _ name: String, _ environment: [String: String], _ ofProfile: Named<String>?
  ) throws -> Named<Bool> {
    var setting = Named(name: name, value: environment[name] ?? "")
    if setting.value.isEmpty, let ofProfile { setting = ofProfile }
    switch setting.value.lowercased() {
    case "", "false": return Named(name: setting.name, value: false)
    case "true": return Named(name: setting.name, value: true)
    default:
      throw AWSError(code: .configuration, message: "\(setting.name) takes true or false")
    }
  }
}
