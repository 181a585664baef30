import AWS
import TestSupport

@testable import Daemon

/// A queue that answers as a test says, and keeps what it was asked.
final class ScriptedQueue: MessageQueue {
  struct Record: Sendable {
    var receives: [Int] = []
    var deletes: [[String]] = []
    var changes: [[String]] = []
  }

  enum Settling: Sendable {
    case success
    /// These handles fail; at fault is the server, or the request.
    case failing([String], senderFault: Bool)
    case failingCall
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

  func receive(maximum: Int, wait: Int, visibilityTimeout: Int) async throws -> ReceivedMessages {
    events.update { $0.receives.append(maximum) }
    return try await onReceive(maximum)
  }

  func delete(_ receiptHandles: [String]) async throws -> BatchResult {
    events.update { $0.deletes.append(receiptHandles) }
    return try result(receiptHandles, call: events.current.deletes.count)
  }

  func changeVisibility(_ changes: [(receiptHandle: String, seconds: Int)]) async throws -> BatchResult {
    events.update { $0.changes.append(changes.map { "\($0.receiptHandle) \($0.seconds)" }) }
    return try result(changes.map(\.receiptHandle), call: events.current.changes.count)
  }

  private func result(_ handles: [String], call: Int) throws -> BatchResult {
    switch onSettle(call) {
    case .success: return BatchResult(successful: handles.indices.map { "\($0)" })
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
