import AWS
import TestSupport

@testable import Daemon

/// A queue that answers as a test says, and keeps what it was asked.
final class ScriptedQueue: MessageQueue {
  struct Record: Sendable {
    var receives: [Int] = []
    var attemptIDs: [String?] = []
    var deletes: [[String]] = []
    var changes: [[String]] = []
    /// Deletes and changes in their order.
    var settlements: [[String]] = []
  }

  enum Settling: Sendable {
    case success
    /// These handles fail; at fault is the server, or the request.
    case failing([String], senderFault: Bool)
    case failingCall
    /// The call takes until the signal is true, and succeeds then.
    case hanging(TestSignal<Bool>)
  }

  let events = TestSignal(Record())
  private let onReceive: @Sendable (Int) async throws -> ReceivedMessages
  private let onSettle: @Sendable (_ call: Int) -> Settling

  init(
    onReceive: @escaping @Sendable (Int) async throws -> ReceivedMessages = { _ in ReceivedMessages() },
    onSettle: @escaping @Sendable (_ call: Int) -> Settling = { _ in .success }
  ) {
    self.onReceive = onReceive
    self.onSettle = onSettle
  }

  func receive(
    maximum: Int, wait: Int, visibilityTimeout: Int, attemptID: String?, mayRepeat: @escaping @Sendable () -> Bool
  ) async throws -> ReceivedMessages {
    events.update {
      $0.receives.append(maximum)
      $0.attemptIDs.append(attemptID)
    }
    return try await onReceive(maximum)
  }

  func delete(_ receiptHandles: [String], deadline: ContinuousClock.Instant) async throws -> BatchResult {
    let call = note { record in
      record.deletes.append(receiptHandles)
      record.settlements.append(receiptHandles)
      return record.deletes.count
    }
    return try await result(receiptHandles, call: call)
  }

  func changeVisibility(
    _ changes: [(receiptHandle: String, seconds: Int)], deadline: ContinuousClock.Instant
  ) async throws -> BatchResult {
    let call = note { record in
      record.changes.append(changes.map { "\($0.receiptHandle) \($0.seconds)" })
      record.settlements.append(changes.map(\.receiptHandle))
      return record.changes.count
    }
    return try await result(changes.map(\.receiptHandle), call: call)
  }

  /// Keeps a call, and returns which of its kind it was, from 1.
  private func note(_ call: (inout Record) -> Int) -> Int {
    var number = 0
    events.update { number = call(&$0) }
    return number
  }

  private func result(_ handles: [String], call: Int) async throws -> BatchResult {
    switch onSettle(call) {
    case .success: return BatchResult(successful: handles.indices.map { "\($0)" })
    case .hanging(let signal):
      do {
        try await signal.wait { $0 }
      } catch {
        throw AWSError(code: .cancelled, operation: "DeleteMessageBatch", message: "cancelled")
      }
      return BatchResult(successful: handles.indices.map { "\($0)" })
    case .failingCall: throw AWSError(code: .transient, operation: "DeleteMessageBatch", message: "out of order")
    case .failing(let failing, let senderFault):
      var result = BatchResult()
      for (index, handle) in handles.enumerated() {
        if failing.contains(handle) {
          result.failed.append(
            .init(id: "\(index)", senderFault: senderFault, awsCode: "InternalError", message: "no"))
        } else {
          result.successful.append("\(index)")
        }
      }
      return result
    }
  }
}
