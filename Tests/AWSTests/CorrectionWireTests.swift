import Foundation
import Locks
import TestSupport
import Testing

@testable import AWS

/// Refusals whose cause can be removed, so that the next attempt comes at once.
@Suite(.timeLimit(.minutes(1))) struct CorrectionWireTests {
  @Test(arguments: [(403, "ExpiredToken"), (400, "ExpiredTokenException"), (403, "InvalidClientTokenId")])
  func `credentials that are refused are replaced, and the call repeated at once`(
    status: Int, type: String
  ) async throws {
    let provider = Replaceable()
    let service = try ScriptedService(credentials: provider) { _ in
      ScriptedPeer.Step.inTurn(.error(status, type), .answer(200), .answer(200))
    }
    defer { service.shutdown() }
    try await service.delete()
    try await service.delete()
    #expect(provider.told == ["KEY0"])
    #expect(service.headers("authorization").map { $0.prefix { $0 != "/" }.suffix(4) } == ["KEY0", "KEY1", "KEY1"])
    #expect(service.recorded.all.isEmpty)
  }

  @Test func `a second set that is refused too ends the call`() async throws {
    let provider = Replaceable()
    let service = try ScriptedService(credentials: provider) { _ in
      ScriptedPeer.Step.inTurn(.error(403, "ExpiredToken"), .error(403, "ExpiredToken"), .answer(200))
    }
    defer { service.shutdown() }
    #expect(await service.deleteFailure()?.code == .expiredCredentials)
    #expect(provider.told == ["KEY0"] && service.peer.record.requests.count == 2)
  }

  @Test func `credentials that cannot be replaced are not tried again`() async throws {
    let service = try ScriptedService { _ in ScriptedPeer.Step.inTurn(.error(403, "ExpiredToken"), .answer(200)) }
    defer { service.shutdown() }
    let error = await service.deleteFailure()
    #expect(error?.code == .expiredCredentials && error?.attempts == 1)
    #expect(service.peer.record.requests.count == 1)
  }

  @Test(arguments: ["InvalidSignatureException", "RequestTimeTooSkewed", "RequestExpired"])
  func `a wrong local clock is corrected at the first refusal, for later calls too`(type: String) async throws {
    let date = "Date: Fri, 02 Jan 2026 04:34:05 GMT"
    let service = try ScriptedService { _ in
      ScriptedPeer.Step.inTurn(.error(403, type, headers: [date]), .answer(200, headers: [date]), .answer(200))
    }
    defer { service.shutdown() }
    try await service.delete()
    try await service.delete()
    #expect(service.headers("x-amz-date") == ["20260102T030405Z", "20260102T043405Z", "20260102T043405Z"])
    #expect(service.recorded.all.isEmpty)
    #expect(service.sqs.clock.now() == ScriptedService.start.addingTimeInterval(5_400))
  }

  @Test func `a signature refused by a server whose clock agrees is not repeated`() async throws {
    let date = "Date: Fri, 02 Jan 2026 03:05:05 GMT"
    let service = try ScriptedService { _ in
      ScriptedPeer.Step.inTurn(.error(403, "SignatureDoesNotMatch", headers: [date]), .answer(200))
    }
    defer { service.shutdown() }
    #expect(await service.deleteFailure()?.code == .signatureRefused)
    #expect(service.peer.record.requests.count == 1 && service.sqs.clock.now() == ScriptedService.start)
  }

  @Test func `answers that succeed correct a clock that drifts by more than five minutes`() async throws {
    let service = try ScriptedService { _ in
      ScriptedPeer.Step.inTurn(
        .answer(200, headers: ["Date: Fri, 02 Jan 2026 03:08:05 GMT"]),
        .answer(200, headers: ["Date: Fri, 02 Jan 2026 02:04:05 GMT"]), .answer(200))
    }
    defer { service.shutdown() }
    for _ in 0..<3 { try await service.delete() }
    #expect(service.headers("x-amz-date") == ["20260102T030405Z", "20260102T030405Z", "20260102T020405Z"])
  }
}

/// A set that is replaced whenever it is refused.
private final class Replaceable: CredentialProvider {
  private let state = Locked<(number: Int, told: [String])>((0, []))

  var told: [String] { state.withLock { $0.told } }

  func credentials() async throws -> Credentials {
    Credentials(accessKeyID: "KEY\(state.withLock { $0.number })", secretAccessKey: ScriptedService.secret)
  }

  func refused(_ credentials: Credentials) async {
    state.withLock { state in
      state.told.append(credentials.accessKeyID)
      state.number += 1
    }
  }
}
