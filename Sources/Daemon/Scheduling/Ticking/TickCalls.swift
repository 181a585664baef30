import AWS

/// What became of a call of the plan's.
struct TickAnswer: Sendable, Equatable {
  var answer: TickClaim.Answer
  /// Why it failed; nil if it did not.
  var reason: String?

  init(_ answer: TickClaim.Answer, _ reason: String? = nil) {
    self.answer = answer
    self.reason = reason
  }
}

/// What the scheduler needs of the world.
protocol TickCalls: Sendable {
  func perform(_ call: TickCall) async -> TickAnswer
}

/// The table and the queue of Amazon.
struct AmazonTickCalls: TickCalls {
  /// Nil on a FIFO queue, and for a daemon that is alone.
  let table: ClaimTable?
  let queue: SQSClient
  let queueURL: String
  let isFIFO: Bool
  let tasks: [ScheduledTask]

  func perform(_ call: TickCall) async -> TickAnswer {
    switch call {
    case .checkTable: await table?.check() ?? TickAnswer(.done)
    case .tick(_, let tick, let task, .send(let deadline)):
      await send(OutgoingMessage(tick, of: tasks[task], isFIFO: isFIFO), deadline)
    case .tick(_, let tick, task: _, let call): await table?.perform(call, tick) ?? TickAnswer(.done)
    }
  }

  private func send(_ message: OutgoingMessage, _ deadline: ContinuousClock.Instant) async -> TickAnswer {
    do {
      _ = try await queue.send(message, to: queueURL, deadline: deadline)
      return TickAnswer(.done)
    } catch {
      let error = error as? AWSError
      let advice = error?.code == .accessDenied ? ". The role needs sqs:SendMessage on the queue" : ""
      return TickAnswer(
        error?.isAmbiguous ?? true ? .unknown : .failed,
        "queue \(queueURL): \(error.map { "\($0)" } ?? "unknown error")\(advice)")
    }
  }
}
