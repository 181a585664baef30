import Curl

/// Finds out whether the application is there, without giving it a message: by connecting to it, or by asking its health
/// path.
struct ApplicationProbe: Sendable {
  /// How long the answer to a question about health may take.
  static let answerTimeout: Duration = .seconds(5)

  let client: CurlClient
  let address: ApplicationAddress
  let healthPath: RequestPath?
  let connectTimeout: Duration
  let userAgent: String
  var answerTimeout = Self.answerTimeout

  /// Why it is not there; nil if it is.
  func run() async -> String? {
    do {
      let answer = try await client.execute(request)
      guard let healthPath, !(200...299).contains(answer.status) else { return nil }
      return "GET \(address)\(healthPath) is answered with \(answer.status)"
    } catch {
      return (error as? CurlError)?.message ?? "\(error)"
    }
  }

  private var request: CurlRequest {
    var request = CurlRequest(
      method: "GET", url: address.origin + (healthPath ?? .root).text, unixSocketPath: address.unixSocketPath,
      headers: [("User-Agent", userAgent)], connectTimeout: connectTimeout,
      totalTimeout: connectTimeout + answerTimeout, keptBodyLimit: 0)
    request.connectOnly = healthPath == nil
    // A kept connection would show that the application was there.
    request.freshConnection = true
    return request
  }
}
