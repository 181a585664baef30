extension Queue {
  /// Lets everything happen that is due: delays end, visibility timeouts end, messages reach the retention period.
  mutating func advance(to now: Timestamp) {
    while let first = delayed.first, first.key <= now {
      delayed.remove(first.id)
      show(first.id)
    }
    while let first = inFlight.first, first.key <= now {
      putBack(first.id)
    }
    while let oldest = byAge.first, oldest.key.adding(seconds: attributes.retention) <= now {
      drop(oldest.id)
      counters.expired += 1
    }
  }

  /// When a message becomes visible without anybody's doing, so that a waiting receive can be answered; nil if never.
  var nextEvent: Timestamp? {
    [delayed.first?.key, inFlight.first?.key].compactMap(\.self).min()
  }

  /// Makes a message visible that is in neither `delayed` nor `inFlight`.
  mutating func show(_ serial: UInt64) {
    guard let message = messages[serial] else { return }
    messages[serial]?.state = .visible
    if isFIFO {
      groups.insert(serial, group: message.group)
    } else {
      // It gets its old place back, so that a retry does not wait behind a long backlog; but after three receives
      // SQS, too, moves it to the back, where it stops nobody (Developer Guide, "ApproximateAgeOfOldestMessage").
      let isWornOut = message.receivesHere >= limits.receivesBeforeBack
      visible.set(serial, to: isWornOut ? nextSerial() : serial)
    }
  }

  /// A message in flight is visible again.
  mutating func putBack(_ serial: UInt64) {
    inFlight.remove(serial)
    guard let message = messages[serial] else { return }
    if isFIFO {
      messages[serial]?.state = .visible
      groups.release(serial, group: message.group, isBack: true)
    } else {
      show(serial)
    }
  }

  /// Removes a message from wherever it is.
  @discardableResult
  mutating func drop(_ serial: UInt64) -> Message? {
    guard let message = messages.removeValue(forKey: serial) else { return nil }
    byAge.remove(serial)
    switch message.state {
    case .delayed: delayed.remove(serial)
    case .visible where isFIFO: groups.remove(serial, group: message.group)
    case .visible: visible.remove(serial)
    case .inFlight:
      inFlight.remove(serial)
      if isFIFO { groups.release(serial, group: message.group, isBack: false) }
    }
    return message
  }
}
