import Glibc
import HTTPCore
import Locks
import Logging
import SQSD

/// Refuses requests that are not signed with the secret (docs/signature.md).
///
/// The sender gets the same answer whatever is wrong. The log tells the reason: the first of each kind as a warning, the
/// others for debugging only, because whoever has no secret must not be able to fill the log either.
struct SignatureCheck: Sendable {
  let key: SigningKey
  /// Seconds since 1970.
  var now: @Sendable () -> Int64 = { Int64(time(nil)) }
  private let told = Locked<Set<SignatureRefusal.Kind>>([])

  init(key: SigningKey) {
    self.key = key
  }

  /// Nil for a request that is signed as it must be.
  func refusal(of request: HTTPRequest, log: JobLog) -> HTTPResponse? {
    let target = request.path + (request.query.map { "?" + $0 } ?? "")
    guard
      let refusal = SignatureRefusal(
        method: request.method, target: target, headers: request.headers, body: request.body, key: key, now: now())
    else { return nil }
    let isFirst = told.withLock { $0.insert(refusal.kind).inserted }
    log.refused(refusal.reason, level: isFirst ? .warning : .debug)
    return JobAnswer.refused(
      403, "this request is not signed with the secret of this server, or was signed more than five minutes ago")
  }
}
