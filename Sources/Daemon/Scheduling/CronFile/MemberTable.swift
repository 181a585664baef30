import Settings
import YAML

/// The members of a mapping by their keys, of which each is taken once.
struct MemberTable {
  private var members: [YAMLMember]
  /// Keys that are there more than once, and what holds then.
  let repeated: [(line: Int, message: String)]

  init(_ members: [YAMLMember]) {
    var last: [String: Int] = [:]
    for (index, member) in members.enumerated() { last[member.key] = index }
    self.members = members.enumerated().filter { last[$1.key] == $0 }.map(\.element)
    repeated = members.repeated.map {
      (
        $0.member.place.line,
        "\(Shown.word($0.member.key, longest: 60)) is there a second time (first on line \($0.first.line)): the last one "
          + "counts"
      )
    }
  }

  mutating func take(_ key: String) -> YAMLMember? {
    guard let index = members.firstIndex(where: { $0.key == key }) else { return nil }
    return members.remove(at: index)
  }

  /// What nobody took.
  var rest: [YAMLMember] { members }

  /// The end of a sentence that misses a key: one that looks like it, if there is one.
  func meant(_ key: String) -> String {
    // Written with a capital, or with what a word processor put in front.
    guard let near = nearest(to: key, among: members.map { $0.key.lowercased() }),
      let member = members.first(where: { $0.key.lowercased() == near })
    else { return "" }
    return " (\(Shown.word(member.key, longest: 60)) on line \(member.place.line) is not it)"
  }

  static func unknown(_ member: YAMLMember, known: [String]) -> String {
    let near = nearest(to: member.key.lowercased(), among: known).map { ", did you mean \($0)?" } ?? ""
    return "\(Shown.word(member.key, longest: 60)) means nothing here and is ignored\(near)"
  }
}
