import NIOCore
import Synchronization

/// One ``FastCGICall`` from its beginning to its end: the ticket that the caller and the event loop both hold.
///
/// A cancellation may overtake the start that it belongs to, and it may arrive after the end: hence the flag.
final class Call: @unchecked Sendable {
  typealias Outcome = Result<FastCGIAnswer, FastCGIError>

  /// The whole request as it is written.
  let bytes: ByteBuffer
  let onErrorOutput: FastCGIRequest.ErrorOutput
  private let cancelled = Atomic(false)

  /// Set before the call is handed to the event loop, and used there alone afterwards, as is all that follows.
  private var continuation: CheckedContinuation<Outcome, Never>?
  var assembly: AnswerAssembly
  /// The connection that carries it.
  var connection: Connection?
  private var check: FastCGICall.Check?
  private var firstCheck = Duration.zero
  private var timer: Scheduled<Void>?
  /// When to give up connecting.
  var connectDeadline = NIODeadline.distantFuture

  init(bytes: ByteBuffer, assembly: AnswerAssembly, onErrorOutput: @escaping FastCGIRequest.ErrorOutput) {
    self.bytes = bytes
    self.assembly = assembly
    self.onErrorOutput = onErrorOutput
  }

  var isCancelled: Bool { cancelled.load(ordering: .acquiring) }

  func markCancelled() { cancelled.store(true, ordering: .releasing) }

  func willResume(_ continuation: CheckedContinuation<Outcome, Never>) { self.continuation = continuation }

  func willCheck(_ check: @escaping FastCGICall.Check, after first: Duration) {
    self.check = check
    firstCheck = first
  }

  /// On its event loop, when it starts.
  func startChecking(on eventLoop: any EventLoop) {
    guard let check else { return }
    schedule(check, after: firstCheck, on: eventLoop)
  }

  private func schedule(_ check: @escaping FastCGICall.Check, after time: Duration, on eventLoop: any EventLoop) {
    timer = eventLoop.scheduleTask(in: TimeAmount(time)) {
      guard !self.isOver, let next = check(), !self.isOver else { return }
      self.schedule(check, after: next, on: eventLoop)
    }
  }

  var isOver: Bool { continuation == nil }

  /// Resumes the caller; only the first time does anything.
  func finish(_ outcome: Outcome) {
    guard let continuation else { return }
    self.continuation = nil
    timer?.cancel()
    timer = nil
    check = nil
    connection = nil
    continuation.resume(returning: outcome)
  }
}
