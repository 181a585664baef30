import Locks
import NIOCore
import Synchronization

/// All open connections of a server: who gives way when they are too many, how much room their bodies take, and when the
/// last exchange has ended.
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

  private struct State {
    var places = ConnectionPlaces()
    var bodies: BodyShares
    var handles: [Int: ConnectionHandle] = [:]
    var turnedAway: [Int: ConnectionHandle] = [:]
    var hasEnded = false

    mutating func giveUpPlace() -> ConnectionHandle? {
      places.giveUp().flatMap { handles.removeValue(forKey: $0) }
    }

    mutating func turnAway(_ handle: ConnectionHandle, id: Int) -> Admission {
      guard turnedAway.count < ConnectionTable.turnedAwayLimit else { return .refused }
      turnedAway[id] = handle
      return .turnedAway
    }
  }

  /// Newcomers that are told at the same time why they are not served. More are closed without a word.
  private static let turnedAwayLimit = 64

  private let limit: Int
  private let state: Locked<State>
  private let draining = Atomic(false)
  private let quiet = Latch()

  init(limits: HTTPLimits) {
    limit = limits.connections
    let bodies = BodyShares(limit: max(limits.bodies, limits.body), patience: TimeAmount(limits.bodyPatience))
    state = Locked(State(bodies: bodies))
  }

  var isDraining: Bool { draining.load(ordering: .acquiring) }

  func admit(_ handle: ConnectionHandle, id: Int) -> Admission {
    change { state in
      guard !state.hasEnded else { return .refused }
      var replaced: ConnectionHandle?
      if state.places.count >= limit {
        replaced = state.giveUpPlace()
        guard replaced != nil else { return state.turnAway(handle, id: id) }
      }
      state.places.add(id)
      state.handles[id] = handle
      return replaced.map(Admission.replacing) ?? .admitted
    }
  }

  /// For a newcomer that is not to be served, whatever room there is.
  func turnAway(_ handle: ConnectionHandle, id: Int) -> Admission {
    state.withLock { $0.hasEnded ? .refused : $0.turnAway(handle, id: id) }
  }

  /// Takes out the connection that is to give way first, to be closed.
  func giveUpPlace() -> ConnectionHandle? {
    change { $0.giveUpPlace() }
  }

  /// The connection is closed and nobody works for it.
  func remove(id: Int) {
    change { state in
      state.places.remove(id)
      state.bodies.giveBack(id)
      state.handles[id] = nil
      state.turnedAway[id] = nil
    }
  }

  /// How the connection stands from now on. False if it has been given up meanwhile.
  @discardableResult
  func mark(_ id: Int, _ standing: ConnectionPlaces.Standing) -> Bool {
    change { $0.places.mark(id, standing) }
  }

  // MARK: Bodies

  /// Makes room for so many bytes more of a body that is under way. False if there is none.
  func takeRoom(_ bytes: Int, id: Int) -> Bool {
    let slow: [ConnectionHandle]? = state.withLock { state in
      state.bodies.take(bytes, for: id, now: .now())?.compactMap { state.handles[$0] }
    }
    for connection in slow ?? [] { connection.perform { $0.giveUpBody() } }
    return slow != nil
  }

  /// The body has come whole. False if its room was given to another before.
  func keepRoom(id: Int) -> Bool {
    state.withLock { $0.bodies.complete(id) }
  }

  func giveBackRoom(id: Int) {
    state.withLock { $0.bodies.giveBack(id) }
  }

  // MARK: The end

  /// From now on every answer closes its connection. Returns the connections there are.
  func beginDraining() -> [ConnectionHandle] {
    draining.store(true, ordering: .releasing)
    return change { Array($0.handles.values) }
  }

  /// Returns when draining has begun and no exchange runs, or when the task is cancelled.
  func untilQuiet() async { await quiet.wait() }

  /// Admits nobody any more. Returns the connections that are left.
  func end() -> [ConnectionHandle] {
    state.withLock { state in
      state.hasEnded = true
      return Array(state.handles.values) + state.turnedAway.values
    }
  }

  /// Any change may be the one with which the last exchange ends.
  private func change<Result>(_ change: (inout State) -> Result) -> Result {
    let (result, isQuiet) = state.withLock { state in
      let result = change(&state)
      return (result, state.places.busy == 0 && isDraining)
    }
    if isQuiet { quiet.open() }
    return result
  }
}
