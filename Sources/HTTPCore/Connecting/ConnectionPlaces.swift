/// Who has a place among the connections, and who gives it up to a newcomer. Knows numbers, no sockets.
///
/// Those that run no exchange are of two groups: strangers, of whom nothing is known yet or nothing more is wanted, and
/// clients that have shown that they send whole requests and read their answers. The larger group gives up the one that
/// waits longest. So a flood of strangers, however slow or silent, takes at most half of the places from clients that
/// keep their connections, and newcomers have the other half in which to send their first request.
struct ConnectionPlaces {
  enum Standing {
    /// No complete request has come yet.
    case new
    /// Has been answered; waits for its next request or is inside it.
    case kept
    /// The responder has its request.
    case exchanging
    /// The client does not take its answer as fast as it could.
    case answering
    /// The last answer is out.
    case leaving
  }

  private struct Place {
    var standing = Standing.new
    /// Grows with every change: the smaller, the longer ago.
    var since: Int
  }

  private var places: [Int: Place] = [:]
  private var changes = 0
  /// Connections with an exchange whose answer is not out yet.
  private(set) var busy = 0

  var count: Int { places.count }

  mutating func add(_ id: Int) {
    changes += 1
    places[id] = Place(since: changes)
  }

  mutating func remove(_ id: Int) {
    guard let place = places.removeValue(forKey: id) else { return }
    if place.standing.isBusy { busy -= 1 }
  }

  /// False if the connection has no place any more.
  mutating func mark(_ id: Int, _ standing: Standing) -> Bool {
    guard let index = places.index(forKey: id) else { return false }
    changes += 1
    busy += (standing.isBusy ? 1 : 0) - (places.values[index].standing.isBusy ? 1 : 0)
    places.values[index] = Place(standing: standing, since: changes)
    return true
  }

  /// Takes the place of the one that is to give way; nil if all run exchanges.
  mutating func giveUp() -> Int? {
    var strangers = Group()
    var clients = Group()
    for (id, place) in places {
      switch place.standing {
      case .new, .leaving: strangers.add(id, since: place.since)
      case .kept, .answering: clients.add(id, since: place.since)
      case .exchanging: break
      }
    }
    guard let id = (strangers.count >= clients.count ? strangers : clients).oldest else { return nil }
    remove(id)
    return id
  }

  private struct Group {
    var count = 0
    var oldest: Int?
    private var since = Int.max

    mutating func add(_ id: Int, since: Int) {
      count += 1
      guard since < self.since else { return }
      oldest = id
      self.since = since
    }
  }
}

extension ConnectionPlaces.Standing {
  fileprivate var isBusy: Bool { self == .exchanging || self == .answering }
}
