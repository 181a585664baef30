package import FoundationEssentials
import Locks

/// Keeps the credentials in use, and has them replaced in time.
///
/// One refresh runs at a time, and it has no task of its own: it is either `run()`'s, well before the expiry, while calls go
/// on with the old set; or, when there is no set that may be used, that of the first caller, for which the others wait. If
/// that caller is cancelled, one of those who wait takes over. A failure is handed to those who wait and is kept nowhere:
/// the next call asks again.
package final class CredentialCache: CredentialProvider {
  private struct Inner {
    var state = RefreshState()
    var waiters = RefreshWaiters()
  }

  private let find: @Sendable () async throws -> FoundCredentials
  private let now: @Sendable () -> Date
  private let sleep: @Sendable (Duration) async throws -> Void
  private let jitter: @Sendable (ClosedRange<Double>) -> Double
  private let onEvent: @Sendable (CredentialEvent) -> Void
  private let inner = Locked(Inner())

  /// `now` is the clock that expiries are compared with: where the server's is known to differ, the corrected one.
  package init(
    find: @escaping @Sendable () async throws -> FoundCredentials, now: @escaping @Sendable () -> Date = { Date() },
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
    jitter: @escaping @Sendable (ClosedRange<Double>) -> Double = { Double.random(in: $0) },
    onEvent: @escaping @Sendable (CredentialEvent) -> Void = { _ in }
  ) {
    self.find = find
    self.now = now
    self.sleep = sleep
    self.jitter = jitter
    self.onEvent = onEvent
  }

  /// Throws what the source throws, an `AWSError`, or `CancellationError`.
  package func credentials() async throws -> Credentials {
    while true {
      let moment = now()
      switch inner.withLock({ $0.state.step(at: moment) }) {
      case .use(let credentials): return credentials
      case .refresh: return try await refresh()
      case .wait:
        switch await outcomeOfRunningRefresh() {
        case .succeeded(let credentials): return credentials
        case .failed(let error): throw error
        case .lookAgain: continue
        case .cancelled: throw CancellationError()
        }
      }
    }
  }

  package func refused(_ credentials: Credentials) async {
    let moment = now()
    inner.withLock { $0.state.refused(credentials, at: moment) }
  }

  /// When the set in use expires; nil without one, and for one that does not.
  package var expiration: Date? { inner.withLock { $0.state.current?.credentials.expiration } }

  /// The last refresh failed.
  package var isFailing: Bool { inner.withLock { $0.state.failures > 0 } }

  /// How many callers wait for a refresh.
  var waiterCount: Int { inner.withLock { $0.waiters.count } }

  /// Refreshes before it is urgent, until the task is cancelled.
  package func run() async {
    while !Task.isCancelled {
      let moment = now()
      let pause = inner.withLock { $0.state.pause(at: moment) } ?? .infinity
      if pause <= 0, inner.withLock({ $0.state.begin() }) {
        // Whoever needs the set hears of a failure at his own call, and the observer from `finish`.
        _ = try? await refresh()
      } else {
        // At most a minute, as the clock that expiries go by may be set, and callers may change the set meanwhile.
        try? await sleep(.seconds(max(1, min(pause, RefreshState.longestPause))))
      }
    }
  }
}

extension CredentialCache {
  private func refresh() async throws -> Credentials {
    let result: Result<FoundCredentials, AWSError>
    do {
      let found = try await find()
      if let expiration = found.credentials.expiration, expiration <= now() {
        result = .failure(
          .credentials(
            found.source, "gave credentials that have expired", advice: "Check the clock of this machine",
            isTemporary: true))
      } else {
        result = .success(found)
      }
    } catch {
      if Task.isCancelled {
        let waiting = inner.withLock { inner in
          inner.state.abandon()
          return inner.waiters.removeAll()
        }
        for waiter in waiting { waiter.resume(returning: .lookAgain) }
        throw CancellationError()
      }
      result = .failure(
        error as? AWSError ?? AWSError(code: .credentialsUnavailable, message: "no credentials: \(type(of: error))"))
    }
    return try finish(result).get()
  }

  private func finish(_ result: Result<FoundCredentials, AWSError>) -> Result<Credentials, AWSError> {
    let moment = now()
    let (event, waiting) = inner.withLock { inner in
      let event =
        switch result {
        case .success(let found): inner.state.succeed(found, at: moment, jitter: jitter)
        case .failure(let error): inner.state.fail(error, at: moment, jitter: jitter)
        }
      return (event, inner.waiters.removeAll())
    }
    if let event { onEvent(event) }
    let outcome: RefreshWaiters.Outcome =
      switch result {
      case .success(let found): .succeeded(found.credentials)
      case .failure(let error): .failed(error)
      }
    for waiter in waiting { waiter.resume(returning: outcome) }
    return result.map(\.credentials)
  }

  private func outcomeOfRunningRefresh() async -> RefreshWaiters.Outcome {
    let key = inner.withLock { $0.waiters.newKey() }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let now: RefreshWaiters.Outcome? = inner.withLock { inner in
          // The cancellation handler may have run already, and found nobody to resume.
          if Task.isCancelled { return .cancelled }
          guard inner.state.isRefreshing else { return .lookAgain }
          inner.waiters.add(continuation, key: key)
          return nil
        }
        if let now { continuation.resume(returning: now) }
      }
    } onCancel: {
      inner.withLock { $0.waiters.remove(key) }?.resume(returning: .cancelled)
    }
  }
}
