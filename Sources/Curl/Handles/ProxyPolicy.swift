/// Which proxies of the environment are used, and for which hosts none.
///
/// libcurl reads `http_proxy`, `https_proxy` and `all_proxy` by itself. A proxy on another machine cannot reach this
/// machine's loopback, and would either fail every delivery or, worse, hand out its own instance's credentials from the
/// metadata address.
enum ProxyPolicy: Equatable {
  /// The environment names no proxy. Saying so saves libcurl the question at each request.
  case none
  /// The environment's proxies, but for these hosts (CURLOPT_NOPROXY).
  case environment(except: String)

  /// "localhost" covers the names below it as well. The EC2 metadata service and the credential endpoints of ECS and
  /// EKS live at 169.254.169.254, 169.254.170.2 and 169.254.170.23; the IPv6 ones are written out, because libcurl 7.88
  /// compares an IPv6 host as text and knows no ranges of them.
  static let exemptHosts = "localhost,127.0.0.0/8,::1,169.254.0.0/16,fd00:ec2::254,fd00:ec2::23"

  /// The variables as libcurl knows them. HTTP_PROXY is not among them: a CGI server sets it from a request's header.
  private static let variables = ["http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]

  init(environment: (String) -> String?) {
    guard Self.variables.contains(where: { environment($0) != nil }) else {
      self = .none
      return
    }
    // CURLOPT_NOPROXY replaces the environment's list and therefore has to repeat it. As in libcurl, the lowercase
    // variable wins, and a lone "*" means every host and must stay alone.
    switch environment("no_proxy") ?? environment("NO_PROXY") {
    case nil, "": self = .environment(except: Self.exemptHosts)
    case "*": self = .environment(except: "*")
    case .some(let given): self = .environment(except: "\(Self.exemptHosts),\(given)")
    }
  }
}
