import Settings
import YAML

/// Reads the keys of a configuration file: aws-sqsd's own, and our names with `_` for `-`.
///
/// A file that served aws-sqsd must never keep sqsd from starting because of a key. Only a value can be wrong.
struct ConfigurationKeys {
  /// Notes about unknown keys beyond these are counted only.
  private static let unknownNamed = 20

  private let table: SettingTable
  /// Settings by their key.
  private let settings: [String: SettingDeclaration]
  private var file: SettingsFile
  private var unknown = 0
  private var address = FormerAddress()
  private var levels: [FormerLevel] = []

  static func read(_ root: YAMLNode, path: String, table: SettingTable) -> SettingsFile {
    var keys = ConfigurationKeys(path: path, table: table)
    keys.read(root)
    return keys.file
  }

  private init(path: String, table: SettingTable) {
    self.table = table
    settings = Dictionary(table.declarations.map { ($0.name.replacing("-", with: "_"), $0) }) { first, _ in first }
    file = SettingsFile(path: path)
  }

  private mutating func read(_ root: YAMLNode) {
    if root.isNull { return }
    guard let members = root.members else {
      file.faults.append("\(file.path):\(root.place.line): no settings: write one a line, as in http_path: /queue")
      return
    }
    for (member, first) in members.repeated {
      note(member, "is there a second time (first on line \(first.line)): the last one counts")
    }
    var last: [String: Int] = [:]
    for (index, member) in members.enumerated() { last[member.key] = index }
    for (index, member) in members.enumerated() where last[member.key] == index { read(member) }
    take(address.entry(&file))
    // Later entries win, so the setting of that name comes last whatever the file's order.
    if let level = levels.max(), !file.entries.contains(where: { $0.name == SqsdSettings.logLevel.name }) {
      take(.init(SqsdSettings.logLevel.name, key: level.key, [level.text], line: level.line))
    }
    if unknown > Self.unknownNamed {
      file.notes.append("\(file.path): \(unknown - Self.unknownNamed) more keys mean nothing here")
    }
  }

  private mutating func read(_ member: YAMLMember) {
    if let reason = FormerKeys.counterpart(of: member.key) {
      return note(member, "has no counterpart: \(reason)")
    }
    let key = member.key
    switch key {
    case "config": return note(member, "names another file, which is not read")
    case "verbose", "debug", "quiet": return readLevel(member)
    case "http_url", "http_port", "healthcheck", "registry_table", "error_visibility_timeout": break
    default:
      if settings[key] == nil { return noteUnknown(member) }
    }
    guard let texts = texts(of: member) else { return }
    switch key {
    case "http_url": address.url = texts.first.map { .init(text: $0, line: member.place.line) }
    case "http_port": address.port = texts.first.map { .init(text: $0, line: member.place.line) }
    case "healthcheck": readHealthCheck(member, texts.first ?? "")
    case "registry_table": take(entry(SqsdSettings.cronTable.name, member, texts))
    // aws-sqsd's way to say off.
    case "error_visibility_timeout" where texts.first?.hasPrefix("-") == true && Int(texts.first ?? "") != nil: break
    default:
      if let declaration = settings[key] { take(entry(declaration.name, member, texts)) }
    }
  }

  private mutating func take(_ entry: SettingsFile.Entry?) {
    if let entry { file.entries.append(entry) }
  }

  private func entry(_ name: String, _ member: YAMLMember, _ texts: [String]) -> SettingsFile.Entry {
    SettingsFile.Entry(name, key: member.key, texts, line: member.place.line)
  }

  /// A text, or a list of texts. Nil for nothing, which is as if the key were not there, and for what is neither.
  private mutating func texts(of member: YAMLMember) -> [String]? {
    if member.value.isNull { return nil }
    if let text = member.value.text { return settings[member.key]?.texts(of: text) ?? [text] }
    let texts = member.value.elements?.compactMap(\.text)
    guard let texts, texts.count == member.value.elements?.count, !texts.isEmpty else {
      let declaration = settings[member.key]
      fault(
        member,
        "\(member.value.members == nil ? "no list of texts" : "a mapping where a value belongs")\(declaration?.takes ?? "")"
      )
      return nil
    }
    return texts
  }

  private mutating func note(_ member: YAMLMember, _ text: String) {
    file.notes.append("\(file.place(of: member.key, line: member.place.line)) \(text)")
  }

  private mutating func fault(_ member: YAMLMember, _ text: String) {
    file.faults.append("\(file.place(of: member.key, line: member.place.line)): \(text)")
  }

  private mutating func noteUnknown(_ member: YAMLMember) {
    unknown += 1
    guard unknown <= Self.unknownNamed else { return }
    let known = settings.keys.sorted() + FormerKeys.names + ["http_port", "healthcheck", "registry_table"]
    let near = nearest(to: member.key, among: known).map { ", did you mean \($0)?" } ?? ""
    note(member, "means nothing here\(near)")
  }
}

extension ConfigurationKeys {
  /// `TCP:PORT` is what an sqsd without `--health-path` does; `/path` and `HTTP:PORT/path` are a health path.
  private mutating func readHealthCheck(_ member: YAMLMember, _ text: String) {
    if text.hasPrefix("/") {
      take(entry(SqsdSettings.healthPath.name, member, [text]))
    } else if text.uppercased().hasPrefix("HTTP:"), let slash = text.firstIndex(of: "/") {
      take(entry(SqsdSettings.healthPath.name, member, [String(text[slash...])]))
    } else if !text.uppercased().hasPrefix("TCP:") {
      note(member, "is neither TCP:PORT nor a path: ignored")
    }
  }

  private mutating func readLevel(_ member: YAMLMember) {
    guard let texts = texts(of: member) else { return }
    switch texts.first?.lowercased() {
    case "true", "on", "yes", "1": levels.append(FormerLevel(key: member.key, line: member.place.line))
    case "false", "off", "no", "0": break
    default: fault(member, "\(Shown.value(texts.joined(separator: ","))) is neither on nor off")
    }
  }
}
