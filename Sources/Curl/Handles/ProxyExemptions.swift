/// Hosts that no proxy of the environment may stand before.
///
/// libcurl reads `http_proxy`, `https_proxy` and `all_proxy`. A proxy on another machine cannot reach this machine's
/// loopback, and would either fail every delivery or, worse, hand out its own instance's credentials from the metadata
/// address.
enum ProxyExemptions {
  /// "localhost" covers the names below it as well. The EC2 metadata service and the credential endpoints of ECS and
  /// EKS live at 169.254.169.254, 169.254.170.2 and 169.254.170.23; the IPv6 ones are written out, because libcurl 7.88
  /// compares an IPv6 host as text and knows no ranges of them.
  static let always = "localhost,127.0.0.0/8,::1,169.254.0.0/16,fd00:ec2::254,fd00:ec2::23"

  /// The value for CURLOPT_NOPROXY, which replaces the environment's list and therefore has to repeat it. Like libcurl,
  /// the lowercase variable wins. A lone "*" means every host and must stay alone.
  static func list(environment: (String) -> String?) -> String {
    guard let given = environment("no_proxy") ?? environment("NO_PROXY"), !given.isEmpty else { return always }
    return given == "*" ? given : "\(always),\(given)"
  }
}
