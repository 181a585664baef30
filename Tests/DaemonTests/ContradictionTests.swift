import Testing

@testable import Daemon
@testable import Settings

struct ContradictionTests {
  /// Reads `--name=value` also for settings that are not available yet, which the program's table refuses.
  private func found(
    _ arguments: [String], heartbeat: Bool = true, isOnFargate: Bool = false
  ) throws -> [Contradiction] {
    var settings = ParsedSettings()
    for argument in arguments {
      let parts = argument.dropFirst(2).split(separator: "=").map(String.init)
      let declaration = try #require(SqsdSettings.table.declarations.first { $0.name == parts[0] })
      settings.values[declaration.name] = try declaration.read([parts[1]])
    }
    return Contradiction.all(in: settings, heartbeat: heartbeat, isOnFargate: isOnFargate)
  }

  @Test func `the defaults contradict nothing, with and without heartbeat`() throws {
    #expect(try found([], heartbeat: true, isOnFargate: true).isEmpty)
    #expect(try found([], heartbeat: false, isOnFargate: true).isEmpty)
  }

  @Test(
    arguments: [
      (["--inactivity-timeout=300"], [.inactivityNotBelowVisibility]),
      (["--visibility-timeout=299"], [.inactivityNotBelowVisibility]),
      (["--visibility-timeout=5", "--inactivity-timeout=4"], [.connectNotBelowVisibility]),
      (["--visibility-timeout=6", "--inactivity-timeout=5"], []),
    ] as [([String], [Contradiction])])
  func `without heartbeat a message must stay hidden longer than anything may take`(
    arguments: [String], contradictions: [Contradiction]
  ) throws {
    #expect(try found(arguments, heartbeat: false) == contradictions)
    #expect(try found(arguments, heartbeat: true).isEmpty)
  }

  @Test(
    arguments: [
      (["--retry-backoff=1..60"], []), (["--error-visibility-timeout=1"], []),
      (["--retry-backoff=1..60", "--error-visibility-timeout=5"], [.backoffAndErrorVisibility]),
      (["--retry-backoff=1..60", "--error-visibility-timeout=0"], [.backoffAndErrorVisibility]),
      (["--error-visibility-timeout=0"], [.noPauseAfterFailure]),
      (["--retention-period=300"], [.retentionNotAboveRetry]), (["--retention-period=301"], []),
      (["--retention-period=60", "--error-visibility-timeout=59"], []),
      (["--retention-period=60", "--error-visibility-timeout=60"], [.retentionNotAboveRetry]),
      (["--retention-period=60", "--retry-backoff=10..600"], []),
      (["--retention-period=60", "--retry-backoff=60..600"], [.retentionNotAboveRetry]),
    ] as [([String], [Contradiction])])
  func `pauses after a failure that cancel each other out are named`(
    arguments: [String], contradictions: [Contradiction]
  ) throws {
    #expect(try found(arguments) == contradictions)
  }

  @Test func `a drain that Fargate would cut off is named there only`() throws {
    #expect(try found(["--drain-timeout=111"], isOnFargate: true) == [.drainLongerThanFargate])
    #expect(try found(["--drain-timeout=110"], isOnFargate: true).isEmpty)
    #expect(try found(["--drain-timeout=3600"]).isEmpty)
  }

  @Test func `each says which settings, and what to do`() {
    let all: [Contradiction] = [
      .inactivityNotBelowVisibility, .connectNotBelowVisibility, .backoffAndErrorVisibility, .noPauseAfterFailure,
      .retentionNotAboveRetry, .drainLongerThanFargate,
    ]
    for contradiction in all {
      #expect(contradiction.description.hasPrefix("--"))
      #expect(contradiction.description.contains(";"))
      #expect(!contradiction.description.contains("\n"))
    }
    #expect(Set(all.map(\.description)).count == all.count)
  }
}
