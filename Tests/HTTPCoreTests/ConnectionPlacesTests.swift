import TestSupport
import Testing

@testable import HTTPCore

struct ConnectionPlacesTests {
  /// The numbers from 1 on, standing so.
  static func places(_ standings: ConnectionPlaces.Standing...) -> ConnectionPlaces {
    var places = ConnectionPlaces()
    for (index, standing) in standings.enumerated() {
      places.add(index + 1)
      if standing != .new { _ = places.mark(index + 1, standing) }
    }
    return places
  }

  static func allGivenUp(by places: inout ConnectionPlaces) -> [Int] {
    var order: [Int] = []
    while let id = places.giveUp() { order.append(id) }
    return order
  }

  @Test func `the larger group gives up the one that waits longest`() {
    var few = Self.places(.kept, .new, .kept, .new, .new)
    #expect(Self.allGivenUp(by: &few) == [2, 4, 1, 5, 3])
    var many = Self.places(.new, .kept, .kept, .kept)
    #expect(Self.allGivenUp(by: &many) == [2, 3, 1, 4])
  }

  @Test func `who has just used its connection is the last of its group`() {
    var places = Self.places(.kept, .kept, .kept)
    _ = places.mark(1, .exchanging)
    _ = places.mark(1, .kept)
    #expect(Self.allGivenUp(by: &places) == [2, 3, 1])
  }

  @Test func `a running exchange never gives way, an answer that is not read does`() {
    var places = Self.places(.exchanging, .answering, .leaving)
    #expect(places.busy == 2)
    #expect(Self.allGivenUp(by: &places) == [3, 2])
    #expect(places.busy == 1)
    let isThere = places.mark(2, .kept)
    #expect(!isThere)
  }

  @Test func `however many strangers come, clients keep half of the places`() {
    var places = ConnectionPlaces()
    for id in 0..<100 {
      places.add(id)
      _ = places.mark(id, .kept)
    }
    for id in 100..<10_000 {
      _ = places.giveUp()
      places.add(id)
    }
    let kept = (0..<100).filter { places.mark($0, .kept) }
    #expect(kept == Array(50..<100))
    #expect(places.count == 100)
  }

  @Test func `under random use the counts are right`() {
    var random = SeededRandom(seed: 8)
    var places = ConnectionPlaces()
    var model: [Int: ConnectionPlaces.Standing] = [:]
    let standings: [ConnectionPlaces.Standing] = [.new, .kept, .exchanging, .answering, .leaving]
    for id in 0..<3_000 {
      switch Int.random(in: 0..<4, using: &random) {
      case 0:
        places.add(id)
        model[id] = .new
      case 1:
        let id = Int.random(in: 0...id, using: &random)
        places.remove(id)
        model[id] = nil
      case 2:
        let (id, standing) = (Int.random(in: 0...id, using: &random), standings.randomElement(using: &random) ?? .new)
        let isThere = places.mark(id, standing)
        #expect(isThere == (model[id] != nil))
        if model[id] != nil { model[id] = standing }
      default:
        guard let id = places.giveUp() else { break }
        #expect(model.removeValue(forKey: id) != .exchanging)
      }
      #expect(places.count == model.count)
      #expect(places.busy == model.values.count { $0 == .exchanging || $0 == .answering })
    }
  }
}
