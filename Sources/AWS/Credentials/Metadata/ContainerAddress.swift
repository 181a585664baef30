import Glibc

/// Where the container endpoint is, as far as the environment may say so.
struct ContainerAddress: Equatable {
  /// What is called.
  let url: String
  /// The variable and the host, for sentences: the path is what tells one task's credentials from another's, so it is
  /// kept from logs.
  let description: String

  /// A full URI over plain HTTP leads to one of these or to this machine. Anything else could be made to hand the
  /// authorization token to a stranger (AWS SDKs and Tools Reference Guide, "Container credential provider").
  private static let plainHosts = ["169.254.170.2", "169.254.170.23", "fd00:ec2::23"]

  /// Nil if the environment names none. The relative one goes before the full one.
  init?(environment: [String: String], taskHost: String) throws {
    let relativeName = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
    let fullName = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
    if let relative = environment[relativeName], !relative.isEmpty {
      // Without the slash it could become a part of the host's name.
      guard relative.hasPrefix("/"), let url = Self.split(taskHost + relative) else {
        throw AWSError.credentials("container credentials", "\(relativeName) is not a path like /v2/credentials/…")
      }
      self.url = taskHost + relative
      description = "\(relativeName) at \(url.hostHeader)"
    } else if let full = environment[fullName], !full.isEmpty {
      guard let url = Self.split(full) else {
        throw AWSError.credentials(
          "container credentials", "\(fullName) is not a usable URL; it takes http or https, a host and a path")
      }
      guard url.scheme == "https" || Self.isAllowedPlain(url.host) else {
        throw AWSError.credentials(
          "container credentials",
          "\(fullName) leads to \(url.hostHeader) over plain http, which is allowed only to this machine, "
            + "169.254.170.2, 169.254.170.23 and [fd00:ec2::23]", advice: "Use https")
      }
      self.url = full
      description = "\(fullName) at \(url.hostHeader)"
    } else {
      return nil
    }
  }

  /// Loopback and the addresses above, in their usual spelling only: "127.1" and "0x7f000001" are read in different ways by
  /// different readers.
  static func isAllowedPlain(_ host: String) -> Bool {
    if host == "localhost" || plainHosts.contains(host) { return true }
    var four = in_addr()
    if unsafe inet_pton(AF_INET, host, &four) == 1 { return UInt32(bigEndian: four.s_addr) >> 24 == 127 }
    guard let six = bytes(ofIPv6: host) else { return false }
    return six == bytes(ofIPv6: "::1") || six == bytes(ofIPv6: "fd00:ec2::23")
  }

  private static func bytes(ofIPv6 text: String) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 16)
    return unsafe inet_pton(AF_INET6, text, &bytes) == 1 ? bytes : nil
  }

  /// With a query, which `HTTPURL` does not take.
  private static func split(_ text: String) -> HTTPURL? {
    guard let mark = text.firstIndex(of: "?") else { return HTTPURL(text) }
    let query = text[mark...].dropFirst()
    guard query.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), !query.contains(where: { "#\\\"<>^`{|}".contains($0) })
    else { return nil }
    return HTTPURL(String(text[..<mark]))
  }
}
