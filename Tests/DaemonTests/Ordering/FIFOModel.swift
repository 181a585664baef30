import TestSupport

@testable import Daemon

/// A FIFO queue with a dead-letter queue behind it, and a daemon that receives as ``ReceivingCaution`` says.
///
/// Some messages fail now and then, some always. Now and then the application is out of reach, and a message goes back
/// without a POST; that happens to each message once at most, because no caution can help against more.
struct FIFOModel {
  static let maxReceiveCount = 3

  private struct Message {
    let id: String
    let group: Int
    let fails: Double
    var receiveCount = 0
    var isPosted = false
    var wasOutOfReach = false
    var visibleAt: ContinuousClock.Instant
  }

  private(set) var deadUnposted: [String] = []
  private(set) var deadPosted = 0
  private(set) var random: SeededRandom
  private var queue: [Message] = []
  private var caution: ReceivingCaution
  private var now: ContinuousClock.Instant
  private var sent = 0
  private var wasEmpty = true
  private let visibilityTimeout: Duration
  private let isCautious: Bool

  init(
    visibilityTimeout: Duration, start: ContinuousClock.Instant, random: SeededRandom, isCautious: Bool = true
  ) {
    self.visibilityTimeout = visibilityTimeout
    self.random = random
    self.isCautious = isCautious
    now = start
    caution = ReceivingCaution(start: start, visibilityTimeout: visibilityTimeout)
  }

  /// Some time, some new messages, and one receive with all that follows from it.
  mutating func step() {
    // A daemon receives one after another as long as there is something.
    pass(upTo: wasEmpty ? visibilityTimeout / 4 : .seconds(2))
    for _ in 0..<Int.random(in: 0...4, using: &random) where queue.count < 40 { send() }
    let isCareful = isCautious && caution.isCareful(now: now)
    let received = receive(isCareful ? 1 : 10)
    wasEmpty = received.isEmpty
    let receivedAt = now
    for group in Set(received.map { queue[$0].group }).sorted() {
      deliver(received.filter { queue[$0].group == group }, receivedAt)
    }
    queue.removeAll { $0.receiveCount == .max }
  }

  private mutating func pass(upTo limit: Duration) {
    now = now.advanced(by: limit * Double.random(in: 0...1, using: &random))
  }

  private mutating func send() {
    sent += 1
    let fails: Double = [0, 0, 0, 0, 0, 0, 0.3, 1].randomElement(using: &random) ?? 0
    queue.append(
      Message(id: "\(sent)", group: Int.random(in: 0..<3, using: &random), fails: fails, visibleAt: now))
  }

  /// Places in the queue. A group with a message in flight is blocked.
  private mutating func receive(_ count: Int) -> [Int] {
    var taken: [Int] = []
    var blocked: Set<Int> = []
    var dead: [Int] = []
    for index in queue.indices where taken.count < count && !blocked.contains(queue[index].group) {
      if queue[index].visibleAt > now {
        blocked.insert(queue[index].group)
      } else if queue[index].receiveCount >= Self.maxReceiveCount {
        dead.append(index)
      } else {
        queue[index].receiveCount += 1
        queue[index].visibleAt = now.advanced(by: visibilityTimeout)
        taken.append(index)
      }
    }
    for index in dead {
      if queue[index].isPosted { deadPosted += 1 } else { deadUnposted.append(queue[index].id) }
      // Out of the way without moving the others.
      queue[index].receiveCount = .max
    }
    return taken
  }

  /// Messages of one group, in order.
  private mutating func deliver(_ places: [Int], _ receivedAt: ContinuousClock.Instant) {
    for (position, index) in places.enumerated() {
      if !queue[index].wasOutOfReach, Int.random(in: 0..<40, using: &random) == 0 {
        queue[index].wasOutOfReach = true
        return giveBack(places[position...])
      }
      now = now.advanced(by: .milliseconds(Int.random(in: 1...100, using: &random)))
      let succeeded = Double.random(in: 0..<1, using: &random) >= queue[index].fails
      queue[index].isPosted = true
      caution.note(
        .posted(messageID: queue[index].id, succeeded: succeeded, receiveCount: queue[index].receiveCount), now: now)
      guard succeeded else {
        queue[index].visibleAt = receivedAt.advanced(by: visibilityTimeout)
        return giveBack(places[(position + 1)...])
      }
      queue[index].receiveCount = .max
    }
  }

  private mutating func giveBack(_ places: ArraySlice<Int>) {
    for index in places {
      caution.note(.givenBack(messageID: queue[index].id), now: now)
      queue[index].visibleAt = now
    }
  }
}
