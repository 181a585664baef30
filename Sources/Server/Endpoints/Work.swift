import FastCGI

/// What an endpoint has done for a request.
enum Work: Sendable {
  /// A process for each request.
  case command(Command)
  /// A call to a FastCGI application that runs by itself.
  case application(Application)
}

extension WorkerConfiguration {
  /// What the two endpoints do. An address that both have is one client, so that they share its connections.
  func works(_ calls: ApplicationCalls) -> (queue: Work?, schedule: Work?) {
    let queue = work(queueCommand, queueFastCGI.map { client(for: $0) }, calls)
    guard let scheduleFastCGI, scheduleFastCGI == queueFastCGI, case .application = queue else {
      return (queue, work(scheduleCommand, scheduleFastCGI.map { client(for: $0) }, calls))
    }
    return (queue, queue)
  }

  private func client(for address: FastCGIAddress) -> FastCGIClient {
    FastCGIClient(address: address, maximumConnections: concurrency, limits: fastCGILimits)
  }

  private func work(_ command: Command?, _ client: FastCGIClient?, _ calls: ApplicationCalls) -> Work? {
    if let command { return .command(command) }
    guard let client, let fastCGIScript else { return nil }
    return .application(Application(client: client, variables: CGIVariables(script: fastCGIScript), calls: calls))
  }
}
