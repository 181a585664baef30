/// A binary min-heap that can also move and remove an element by its id, each in O(log n).
///
/// swift-collections' `Heap` cannot remove from the middle. Deadlines here change all the time (a message is deleted or
/// its visibility extended long before its deadline), and a heap with stale entries would grow with every heartbeat.
struct IndexedHeap<ID: Hashable & Sendable, Key: Comparable & Sendable>: Sendable {
  private var entries: [(id: ID, key: Key)] = []
  private var places: [ID: Int] = [:]

  var count: Int { entries.count }
  var isEmpty: Bool { entries.isEmpty }
  /// The entry with the smallest key; among equal keys any.
  var first: (id: ID, key: Key)? { entries.first }
  /// In no particular order.
  var ids: some Collection<ID> { places.keys }

  subscript(id: ID) -> Key? {
    places[id].map { entries[$0].key }
  }

  /// Adds the element, or moves it to its new key.
  mutating func set(_ id: ID, to key: Key) {
    if let place = places[id] {
      entries[place].key = key
      siftUp(place)
      if let now = places[id] { siftDown(now) }
    } else {
      entries.append((id, key))
      places[id] = entries.count - 1
      siftUp(entries.count - 1)
    }
  }

  /// Does nothing when there is no such element.
  mutating func remove(_ id: ID) {
    guard let place = places.removeValue(forKey: id) else { return }
    let last = entries.removeLast()
    guard place < entries.count else { return }
    entries[place] = last
    places[last.id] = place
    siftUp(place)
    if let now = places[last.id] { siftDown(now) }
  }

  mutating func popFirst() -> (id: ID, key: Key)? {
    guard let first = entries.first else { return nil }
    remove(first.id)
    return first
  }

  private mutating func siftUp(_ start: Int) {
    let entry = entries[start]
    var place = start
    while place > 0 {
      let parent = (place - 1) / 2
      guard entry.key < entries[parent].key else { break }
      move(from: parent, to: place)
      place = parent
    }
    if place != start { put(entry, at: place) }
  }

  private mutating func siftDown(_ start: Int) {
    let entry = entries[start]
    var place = start
    while true {
      var child = 2 * place + 1
      guard child < entries.count else { break }
      if child + 1 < entries.count, entries[child + 1].key < entries[child].key { child += 1 }
      guard entries[child].key < entry.key else { break }
      move(from: child, to: place)
      place = child
    }
    if place != start { put(entry, at: place) }
  }

  private mutating func move(from: Int, to place: Int) {
    put(entries[from], at: place)
  }

  private mutating func put(_ entry: (id: ID, key: Key), at place: Int) {
    entries[place] = entry
    places[entry.id] = place
  }
}
