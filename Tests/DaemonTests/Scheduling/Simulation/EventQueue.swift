/// What happens when: the earliest first, and of those of one moment the one that was planned first.
struct EventQueue<Event> {
  /// The time and, in the lower bits, the number of the event: one number is compared faster than two.
  private var keys: [Int] = []
  private var events: [Event] = []
  private var count = 0

  mutating func add(_ event: Event, at time: Int) {
    count += 1
    keys.append(time << 24 | count)
    events.append(event)
    var child = keys.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard keys[child] < keys[parent] else { return }
      swap(child, parent)
      child = parent
    }
  }

  mutating func next() -> (time: Int, event: Event)? {
    guard let key = keys.first else { return nil }
    swap(0, keys.count - 1)
    keys.removeLast()
    let event = events.removeLast()
    var parent = 0
    while true {
      var least = parent
      let left = 2 * parent + 1
      if left < keys.count, keys[left] < keys[least] { least = left }
      if left + 1 < keys.count, keys[left + 1] < keys[least] { least = left + 1 }
      guard least != parent else { return (key >> 24, event) }
      swap(parent, least)
      parent = least
    }
  }

  private mutating func swap(_ a: Int, _ b: Int) {
    keys.swapAt(a, b)
    events.swapAt(a, b)
  }
}
