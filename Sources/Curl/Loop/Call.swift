internal import Synchronization

/// One `execute` from its beginning to its end: the ticket that the caller and the loop both hold.
///
/// A cancellation may overtake the start that it belongs to, and it may arrive after the end. With the flag in the
/// ticket the loop needs no memory of identifiers for either case.
final class Call: @unchecked Sendable {
  typealias Outcome = Result<CurlResponse, CurlError>

  let request: CurlRequest
  private let cancelled = Atomic(false)

  /// Set before the call is handed to the loop, and used by the loop alone afterwards.
  private var continuation: CheckedContinuation<Outcome, Never>?

  /// The transfer while it runs. Used by the loop alone.
  var transfer: Transfer?

  init(_ request: CurlRequest) { self.request = request }

  var isCancelled: Bool { cancelled.load(ordering: .acquiring) }

  func markCancelled() { cancelled.store(true, ordering: .releasing) }

  func willResume(_ continuation: CheckedContinuation<Outcome, Never>) { self.continuation = continuation }

  /// Resumes the caller; only the first time does anything.
  func finish(_ outcome: Outcome) {
    guard let continuation else { return }
    self.continuation = nil
    transfer = nil
    continuation.resume(returning: outcome)
  }
}
