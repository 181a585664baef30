import Settings
import YAML

/// Reads the keys of a configuration file: aws-sqsd's own, and our names with `_` for `-`.
///
/// A file that served aws-sqsd must never keep sqsd from starting because of a key. Only a value can be wrong.
struct ConfigurationKeys {
  /// Notes beyond these are only counted.
  private static let notesWritten = 50

  /// Settings by their key.
  private let settings: [String: SettingDeclaration]
  private var file: SettingsFile
  private var notes = 0
  private var address = FormerAddress()
  private var levels: [FormerLevel] = []

  static func read(_ root: YAMLNode, path: String, table: SettingTable) -> SettingsFile {
    var keys = ConfigurationKeys(path: path, table: table)
    keys.read(root)
    return keys.file
  }

  private init(path: String, table: SettingTable) {
    settings = Dictionary(table.declarations.map { ($0.name.replacing("-", with: "_"), $0) }) { first, _ in first }
    file = SettingsFile(path: path)
  }

  private mutating func read(_ root: YAMLNode) {
    if root.isNull { return }
    guard let members = root.members else {
      let fault = "\(file.path):\(root.place.line): no settings: write one a line, as in http_path: /queue"
      return file = SettingsFile(path: file.path, unread: fault)
    }
    for (member, first) in members.repeated {
      note(member, "is there a second time (first on line \(first.line)): the last one counts")
    }
    var last: [String: Int] = [:]
    for (index, member) in members.enumerated() { last[member.key] = index }
    for (index, member) in members.enumerated() where last[member.key] == index { read(member) }
    take(address.entry(&file))
    // Our own key says more than aws-sqsd's switches, wherever it stands.
    if let level = levels.max(), !file.entries.contains(where: { $0.name == SqsdSettings.logLevel.name }) {
      take(.init(SqsdSettings.logLevel.name, key: level.key, [level.text], line: level.line))
    }
    if notes > Self.notesWritten {
      file.notes.append("\(file.path): \(notes - Self.notesWritten) more such notes")
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

  /// A text, or a list of texts for a setting that takes several. Nil for nothing, which is as if the key were not there,
  /// and for what is neither.
  private mutating func texts(of member: YAMLMember) -> [String]? {
    let declaration = settings[member.key]
    switch member.value.content {
    case .scalar where member.value.isNull: return nil
    case .scalar(let text, _): return declaration?.texts(of: text) ?? [text]
    case .mapping:
      fault(member, "a mapping where a value belongs\(declaration?.takes ?? "")")
    case .sequence(let elements):
      let texts = elements.compactMap(\.text)
      if declaration?.isRepeatable != true {
        fault(member, "a list where one value belongs\(declaration?.takes ?? "")")
      } else if texts.count < elements.count || texts.isEmpty {
        fault(member, "not a list of values\(declaration?.takes ?? "")")
      } else {
        return texts
      }
    }
    return nil
  }

  private mutating func note(_ member: YAMLMember, _ text: String) {
    notes += 1
    guard notes <= Self.notesWritten else { return }
    file.notes.append("\(file.place(of: member.key, line: member.place.line)) \(text)")
  }

  private mutating func fault(_ member: YAMLMember, _ text: String) {
    file.addFault(
      "\(file.place(of: member.key, line: member.place.line)): \(text)", for: settingName(of: member.key))
  }

  /// The setting that a key is for, ours or aws-sqsd's.
  private func settingName(of key: String) -> String? {
    switch key {
    case "http_port": SqsdSettings.httpURL.name
    case "healthcheck": SqsdSettings.healthPath.name
    case "registry_table": SqsdSettings.cronTable.name
    case "verbose", "debug", "quiet": SqsdSettings.logLevel.name
    default: settings[key]?.name
    }
  }

  private mutating func noteUnknown(_ member: YAMLMember) {
    // Looking for what was meant costs more than the note.
    guard notes < Self.notesWritten else { return note(member, "means nothing here") }
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
