/// The visible messages of a FIFO queue by message group: who is next, and who must wait for a message in flight.
struct MessageGroups: Sendable {
  private struct Group: Sendable {
    var waiting = IndexedHeap<UInt64, UInt64>()
    var inFlight = 0
  }

  private var groups: [String: Group] = [:]
  /// Groups that have a visible message and none in flight, by the arrival of their first message.
  private var open = IndexedHeap<String, UInt64>()

  var nextGroup: String? { open.first?.id }

  mutating func insert(_ serial: UInt64, group: String) {
    groups[group, default: Group()].waiting.set(serial, to: serial)
    settle(group)
  }

  mutating func remove(_ serial: UInt64, group: String) {
    groups[group]?.waiting.remove(serial)
    settle(group)
  }

  /// The group's first message, looked at and not taken.
  func head(of group: String) -> UInt64? {
    groups[group]?.waiting.first?.id
  }

  /// A message of the group went in flight: it no longer waits, and the group is blocked.
  mutating func hold(_ serial: UInt64, group: String) {
    groups[group]?.waiting.remove(serial)
    groups[group]?.inFlight += 1
    settle(group)
  }

  /// A message in flight is gone for good, or (`isBack`) visible again in its old place.
  mutating func release(_ serial: UInt64, group: String, isBack: Bool) {
    groups[group]?.inFlight -= 1
    if isBack { groups[group]?.waiting.set(serial, to: serial) }
    settle(group)
  }

  private mutating func settle(_ name: String) {
    guard let group = groups[name] else { return }
    if let head = group.waiting.first, group.inFlight == 0 {
      open.set(name, to: head.key)
    } else {
      open.remove(name)
      if group.waiting.isEmpty, group.inFlight == 0 { groups[name] = nil }
    }
  }
}
