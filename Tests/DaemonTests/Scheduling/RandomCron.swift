import Foundation
import TestSupport

/// Expressions that every reader of crontab(5) takes, by chance.
struct RandomCron {
  private var random: SeededRandom

  init(seed: UInt64) {
    random = SeededRandom(seed: seed)
  }

  mutating func number(in range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &random) }

  mutating func expression() -> String {
    [
      field(0...59), field(0...23), field(1...31, star: 55),
      field(1...12, star: 70, words: "jan feb mar apr may jun jul aug sep oct nov dec"),
      field(0...7, star: 55, words: "sun mon tue wed thu fri sat"),
    ].joined(separator: " ")
  }

  private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

  private mutating func field(_ range: ClosedRange<Int>, star: Int = 30, words: String = "") -> String {
    if chance(star) { return "*" }
    let words = words.split(separator: " ").map(String.init)
    return (0..<(chance(70) ? 1 : Int.random(in: 2...4, using: &random))).map { _ in item(range, words) }
      .joined(separator: ",")
  }

  private mutating func item(_ range: ClosedRange<Int>, _ words: [String]) -> String {
    let a = Int.random(in: range, using: &random)
    let b = Int.random(in: range, using: &random)
    let step = Int.random(in: 1...(chance(90) ? range.upperBound : 99), using: &random)
    switch Int.random(in: 0..<5, using: &random) {
    case 0: return "*/\(step)"
    case 1: return "\(text(min(a, b), range, words))-\(text(max(a, b), range, words))"
    case 2: return "\(min(a, b))-\(max(a, b))/\(step)"
    default: return text(a, range, words)
    }
  }

  /// A number, with a zero in front now and then, or a word in some letter case.
  private mutating func text(_ value: Int, _ range: ClosedRange<Int>, _ words: [String]) -> String {
    let index = value - range.lowerBound
    if words.indices.contains(index), chance(40) {
      return chance(50) ? words[index].uppercased() : words[index].capitalized
    }
    return value < 10 && chance(10) ? "0\(value)" : "\(value)"
  }
}
