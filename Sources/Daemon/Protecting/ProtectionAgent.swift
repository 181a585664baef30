import AWS

/// What can protect this task.
protocol ProtectionAgent: Sendable {
  func protect(minutes: Int) async throws
  func endProtection() async throws
}

extension ECSAgent: ProtectionAgent {}
