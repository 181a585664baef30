import Foundation
import Locks
import TestSupport
import Testing

@testable import AWS

@Suite(.timeLimit(.minutes(1))) struct CredentialCacheTests {
  /// A source whose answers the test gives, one by one, when it likes.
  private final class Source: Sendable {
    private struct State {
      var calls = 0
      var results: [Result<FoundCredentials, any Error>] = []
    }

    private let state = TestSignal(State())
    var calls: Int { state.current.calls }

    func find() async throws -> FoundCredentials {
      state.update { $0.calls += 1 }
      let now = try await state.wait { !$0.results.isEmpty }
      var result = now.results.first
      state.update { state in result = state.results.isEmpty ? result : state.results.removeFirst() }
      guard let result else { throw CancellationError() }
      return try result.get()
    }

    func give(_ result: Result<FoundCredentials, any Error>) { state.update { $0.results.append(result) } }

    func called(_ count: Int) async throws { try await state.wait { $0.calls >= count } }
  }

  /// What happened, and the pauses of the background, which end when the test says so.
  private struct Watch: Sendable {
    let events = TestSignal<[String]>([])
    let pauses = TestSignal<(asked: [Duration], ended: Int)>((asked: [], ended: 0))

    func sleep(_ duration: Duration) async throws {
      pauses.update { $0.asked.append(duration) }
      let number = pauses.current.asked.count
      try await pauses.wait { $0.ended >= number }
    }

    func endPause() { pauses.update { $0.ended += 1 } }

    func record(_ event: CredentialEvent) {
      let text =
        switch event {
        case .found(let source, _): "found \(source)"
        case .recovered(let source, _): "recovered \(source)"
        case .refreshFailed(_, let until): until == nil ? "failed" : "failed, old ones valid"
        }
      events.update { $0.append(text) }
    }
  }

  private let source = Source()
  private let watch = Watch()
  private let date = ManualDate()
  private let cache: CredentialCache

  init() {
    let (source, watch, date) = (source, watch, date)
    cache = CredentialCache(
      find: { try await source.find() }, now: { date.now }, sleep: { try await watch.sleep($0) },
      jitter: { $0.upperBound }, onEvent: { watch.record($0) })
  }

  private func set(_ name: String, lives seconds: Double? = 3_600) -> Result<FoundCredentials, any Error> {
    .success(
      FoundCredentials(
        Credentials(
          accessKeyID: name, secretAccessKey: Secret(Marked.secret), sessionToken: Secret(Marked.token),
          expiration: seconds.map { date.now.addingTimeInterval($0) }), from: "source"))
  }

  private static let trouble: Result<FoundCredentials, any Error> = .failure(
    AWSError(code: .credentialsUnavailable, message: "trouble"))

  private func waiting(_ count: Int) async { while cache.waiterCount < count { await Task.yield() } }

  @Test func `a hundred callers cause one refresh and get its set`() async throws {
    try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<100 { group.addTask { try await cache.credentials().accessKeyID } }
      await waiting(99)
      source.give(set("a"))
      for try await name in group { #expect(name == "a") }
    }
    #expect(source.calls == 1)
    #expect(try await cache.credentials().accessKeyID == "a" && source.calls == 1)
    #expect(watch.events.current == ["found source"])
    #expect(cache.expiration == date.now.addingTimeInterval(3_600))
  }

  @Test func `a failure goes to all who wait and to nobody later`() async throws {
    await withTaskGroup(of: String?.self) { group in
      for _ in 0..<20 {
        group.addTask { await AWSError.thrown { _ = try await cache.credentials() }?.message }
      }
      await waiting(19)
      source.give(Self.trouble)
      for await message in group { #expect(message == "trouble") }
    }
    #expect(source.calls == 1 && cache.isFailing)
    source.give(Self.trouble)
    #expect(await AWSError.thrown { _ = try await cache.credentials() } != nil)
    source.give(set("a"))
    #expect(try await cache.credentials().accessKeyID == "a")
    #expect(source.calls == 3 && !cache.isFailing)
    #expect(watch.events.current == ["failed", "recovered source"])
  }

  @Test func `a waiter that is cancelled leaves alone`() async throws {
    let first = Task { try await cache.credentials().accessKeyID }
    try await source.called(1)
    let second = Task { try await cache.credentials().accessKeyID }
    let third = Task { try await cache.credentials().accessKeyID }
    await waiting(2)
    second.cancel()
    await #expect(throws: CancellationError.self) { try await second.value }
    source.give(set("a"))
    #expect(try await first.value == "a")
    #expect(try await third.value == "a")
    #expect(source.calls == 1)
  }

  @Test func `when the one who refreshes is cancelled, one of those who wait takes over`() async throws {
    let first = Task { try await cache.credentials().accessKeyID }
    try await source.called(1)
    let others = (0..<10).map { _ in Task { try await cache.credentials().accessKeyID } }
    await waiting(10)
    first.cancel()
    await #expect(throws: CancellationError.self) { try await first.value }
    try await source.called(2)
    await waiting(9)
    source.give(set("a"))
    for other in others { #expect(try await other.value == "a") }
    #expect(source.calls == 2)
    // A cancellation says nothing about the source.
    #expect(watch.events.current == ["found source"])
  }

  @Test func `a task that is cancelled already neither hangs nor holds up others`() async throws {
    let first = Task { try await cache.credentials().accessKeyID }
    try await source.called(1)
    let cancelled = Task {
      unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
      return try await cache.credentials().accessKeyID
    }
    await #expect(throws: CancellationError.self) { try await cancelled.value }
    source.give(set("a"))
    #expect(try await first.value == "a")
  }

  @Test func `the background refreshes a quarter of an hour early, while callers use the old set`() async throws {
    source.give(set("a"))
    _ = try await cache.credentials()
    let background = Task { await cache.run() }
    try await watch.pauses.wait { $0.asked.count == 1 }
    // At most a minute at a time.
    #expect(watch.pauses.current.asked == [.seconds(60)])
    date.advance(2_700)
    watch.endPause()
    try await source.called(2)
    #expect(try await cache.credentials().accessKeyID == "a")
    source.give(Self.trouble)
    try await watch.pauses.wait { $0.asked.count == 2 }
    #expect(watch.pauses.current.asked.last == .seconds(2))
    #expect(try await cache.credentials().accessKeyID == "a")
    date.advance(2)
    watch.endPause()
    try await source.called(3)
    source.give(Self.trouble)
    try await watch.pauses.wait { $0.asked.count == 3 }
    #expect(watch.events.current == ["found source", "failed, old ones valid"])
    date.advance(4)
    watch.endPause()
    try await source.called(4)
    source.give(set("b"))
    try await watch.events.wait { $0.count == 3 }
    #expect(try await cache.credentials().accessKeyID == "b")
    #expect(watch.events.current.last == "recovered source")
    background.cancel()
    await background.value
  }

  @Test func `the background's refresh serves callers when the old set runs out meanwhile`() async throws {
    source.give(set("a"))
    _ = try await cache.credentials()
    date.advance(2_700)
    let background = Task { await cache.run() }
    try await source.called(2)
    date.advance(841)
    let caller = Task { try await cache.credentials().accessKeyID }
    await waiting(1)
    background.cancel()
    await background.value
    // The caller takes over from the background.
    try await source.called(3)
    source.give(set("b"))
    #expect(try await caller.value == "b")
  }

  @Test func `at its end a set is used no more, and there is an error for each call`() async throws {
    source.give(set("a"))
    _ = try await cache.credentials()
    date.advance(3_541)
    for _ in 0..<2 {
      source.give(Self.trouble)
      #expect(await AWSError.thrown { _ = try await cache.credentials() }?.message == "trouble")
    }
    source.give(set("b"))
    #expect(try await cache.credentials().accessKeyID == "b")
  }

  @Test func `a set that the service has refused is replaced before its end, once`() async throws {
    source.give(set("a"))
    let first = try await cache.credentials()
    await cache.refused(first)
    await cache.refused(first)
    source.give(set("b"))
    #expect(try await cache.credentials().accessKeyID == "b")
    // Refusals of the old set that arrive late are not about the new one.
    await cache.refused(first)
    #expect(try await cache.credentials().accessKeyID == "b")
    #expect(source.calls == 2)
  }

  @Test func `a source that keeps giving the refused set is not asked at every call`() async throws {
    for _ in 0..<2 { source.give(set("a", lives: nil)) }
    let first = try await cache.credentials()
    for _ in 0..<5 {
      await cache.refused(first)
      #expect(try await cache.credentials() == first)
    }
    #expect(source.calls == 2)
  }

  @Test func `a set that has ended already is an error that names the clock`() async throws {
    source.give(set("a", lives: -1))
    let error = await AWSError.thrown { _ = try await cache.credentials() }
    #expect(error?.code == .credentialsUnavailable && error?.message.contains("clock") == true)
    #expect(!Marked.isIn("\(String(describing: error))"))
  }

  @Test func `many callers, cancellations and failures at random leave nobody waiting`() async throws {
    let calls = Locked(SeededRandom(seed: 99))
    let busy = CredentialCache(
      find: {
        await Task.yield()
        let roll = calls.withLock { Int.random(in: 0..<3, using: &$0) }
        if roll == 0 { throw AWSError(code: .credentialsUnavailable, message: "x") }
        if roll == 1 { try Task.checkCancellation() }
        return FoundCredentials(
          Credentials(accessKeyID: "a", secretAccessKey: Secret("s"), expiration: Date(timeIntervalSinceNow: 30)),
          from: "s")
      }, jitter: { $0.lowerBound })
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<2_000 {
        group.addTask {
          let task = Task { _ = try? await busy.credentials() }
          if number % 3 == 0 { task.cancel() }
          await task.value
        }
      }
    }
    #expect(busy.waiterCount == 0)
  }
}
