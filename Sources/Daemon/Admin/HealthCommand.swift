import HTTPCore

/// `sqsd health`: asks the running sqsd, for a container's health check.
enum HealthCommand {
  static let timeout: Duration = .seconds(4)

  /// The exit status, and what to tell the person who typed it.
  static func run(address: ListenAddress?) async -> (status: Int32, message: String) {
    guard let address else { return (1, "there is no admin listener to ask: --admin-address is off") }
    do {
      let status = try await HTTPProbe.get(address, path: AdminServer.healthPath, timeout: timeout)
      return status == 200 ? (0, "ok") : (1, "sqsd at \(address) answers \(status)")
    } catch {
      return (1, "sqsd at \(address) does not answer: \(error)")
    }
  }
}
