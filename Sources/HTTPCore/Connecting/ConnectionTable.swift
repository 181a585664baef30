import Locks
import NIOCore
import Synchronization

/// All open connections of a server: who gives way when they are too many, and when the last exchange has ended.
final class ConnectionTable: Sendable {
  enum Admission {
    case admitted
    /// Admitted in the place of that one, which is to be closed.
    case replacing(ConnectionHandle)
    /// Every connection runs an exchange, or the newcomer is not wanted. It may be told so.
    case turnedAway
    /// There are even too many that are being told so, or the server has ended.
    case refused
  }

  fileprivate struct Entry {
    let handle: ConnectionHandle
    var isBusy = false
    var since: NIODeadline
  }

  fileprivate struct State {
    var entries: [Int: Entry] = [:]
    var turnedAway: [Int: ConnectionHandle] = [:]
    var busy = 0
    var hasEnded = false
  }

  /// Newcomers that are told at the same time why they are not served. More are closed without a word.
  fileprivate static let turnedAwayLimit = 64

  private let limit: Int
  private let state = Locked(State())
  private let draining = Atomic(false)
  private let quiet = Latch()

  init(limit: Int) {
    self.limit = limit
  }

  var isDraining: Bool { draining.load(ordering: .acquiring) }

  func admit(_ handle: ConnectionHandle, id: Int) -> Admission {
    state.withLock { state in
      guard !state.hasEnded else { return .refused }
      var replaced: ConnectionHandle?
      if state.entries.count >= limit {
        replaced = state.removeLongestWaiting()
        guard replaced != nil else { return state.turnAway(handle, id: id) }
      }
      state.entries[id] = Entry(handle: handle, since: .now())
      return replaced.map(Admission.replacing) ?? .admitted
    }
  }

  /// For a newcomer that is not to be served, whatever room there is.
  func turnAway(_ handle: ConnectionHandle, id: Int) -> Admission {
    state.withLock { $0.hasEnded ? .refused : $0.turnAway(handle, id: id) }
  }

  /// Takes out the connection that has been without an exchange for longest, to be closed.
  func giveUpLongestWaiting() -> ConnectionHandle? {
    state.withLock { $0.removeLongestWaiting() }
  }

  func remove(id: Int) {
    endExchange(id: id)
    state.withLock { state in
      state.entries[id] = nil
      state.turnedAway[id] = nil
    }
  }

  /// Marks the beginning of an exchange. False if the connection has been given up meanwhile.
  func beginExchange(id: Int) -> Bool {
    state.withLock { $0.setBusy(id, true) }
  }

  /// Marks the end of the exchange that the connection runs, if it runs one.
  func endExchange(id: Int) {
    let isQuiet = state.withLock { $0.setBusy(id, false) && $0.busy == 0 && isDraining }
    if isQuiet { quiet.open() }
  }

  /// From now on every answer closes its connection. Returns the connections there are.
  func beginDraining() -> [ConnectionHandle] {
    draining.store(true, ordering: .releasing)
    let (handles, isQuiet) = state.withLock { ($0.entries.values.map(\.handle), $0.busy == 0) }
    if isQuiet { quiet.open() }
    return handles
  }

  /// Returns when draining has begun and no exchange runs, or when the task is cancelled.
  func untilQuiet() async { await quiet.wait() }

  /// Admits nobody any more. Returns the connections that are left.
  func end() -> [ConnectionHandle] {
    state.withLock { state in
      state.hasEnded = true
      return state.entries.values.map(\.handle) + state.turnedAway.values
    }
  }
}

extension ConnectionTable.State {
  mutating func turnAway(_ handle: ConnectionHandle, id: Int) -> ConnectionTable.Admission {
    guard turnedAway.count < ConnectionTable.turnedAwayLimit else { return .refused }
    turnedAway[id] = handle
    return .turnedAway
  }

  /// False if there is no such connection, or if it is that already.
  mutating func setBusy(_ id: Int, _ isBusy: Bool) -> Bool {
    guard let entry = entries[id], entry.isBusy != isBusy else { return false }
    entries[id] = ConnectionTable.Entry(handle: entry.handle, isBusy: isBusy, since: .now())
    busy += isBusy ? 1 : -1
    return true
  }

  mutating func removeLongestWaiting() -> ConnectionHandle? {
    let waiting = entries.lazy.filter { !$0.value.isBusy }
    guard let oldest = waiting.min(by: { $0.value.since < $1.value.since }) else { return nil }
    entries[oldest.key] = nil
    return oldest.value.handle
  }
}
