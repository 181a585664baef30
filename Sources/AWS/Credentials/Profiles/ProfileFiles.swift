/// `~/.aws/config` and `~/.aws/credentials`, or the files that `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE` name, as
/// they are now.
struct ProfileFiles {
  /// Thousands of profiles; a file that is larger is another file.
  static let sizeLimit = 1 << 20

  private struct File {
    let path: String
    let content: INIFile
  }

  private let config: File?
  private let credentials: File?
  /// Where was looked, for sentences.
  let places: String

  /// Files that are not there are as good as empty, and so is one in the home directory that may not be opened: images run
  /// under users who may not look into the HOME that they were built with. Throws an `AWSError` for others that cannot be
  /// read.
  init(environment: [String: String]) throws {
    let home = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 }
    var places: [String] = []
    func file(_ variable: String, _ standard: String) throws -> File? {
      guard let given = environment[variable], !given.isEmpty else {
        guard let home else { return nil }
        places.append("\(home)/.aws/\(standard)")
        return try Self.read("\(home)/.aws/\(standard)", mayBeClosed: true)
      }
      let isBelowHome = given == "~" || given.hasPrefix("~/")
      let path = isBelowHome ? (home ?? "~") + given.dropFirst() : given
      places.append(path)
      return try Self.read(path, mayBeClosed: false)
    }
    config = try file("AWS_CONFIG_FILE", "config")
    credentials = try file("AWS_SHARED_CREDENTIALS_FILE", "credentials")
    self.places = places.isEmpty ? "any file, as HOME is not set" : places.joined(separator: " or ")
  }

  private static func read(_ path: String, mayBeClosed: Bool) throws -> File? {
    let bytes: [UInt8]
    do {
      bytes = try SmallFile.read(path, limit: sizeLimit)
    } catch {
      if error.isMissing || mayBeClosed && error.openError != nil { return nil }
      throw AWSError.credentials("the file \(path)", error.description)
    }
    guard
      let text = String(validating: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...], as: UTF8.self)
    else { throw AWSError.credentials("the file \(path)", "is not UTF-8") }
    let content = INIFile(text)
    if let fault = content.faults.first { throw AWSError.credentials("the file \(path)", fault) }
    return File(path: path, content: content)
  }

  /// Nil if neither file has it. Throws an `AWSError` if it holds a line that cannot be read.
  func profile(_ name: String) throws -> Profile? {
    let config = try section(config) { Self.name(of: $0, after: "profile", in: name) }
    let credentials = try section(credentials) { $0 == name }
    guard config != nil || credentials != nil else { return nil }
    return Profile(name: name, config: config, credentials: credentials)
  }

  /// What a `[services NAME]` section says about one service: `sqs`.
  func services(_ name: String, _ service: String) throws -> [String: String] {
    try section(config) { Self.name(of: $0, after: "services", in: name) }?.nested[service] ?? [:]
  }

  /// Whether `[profile NAME]`, perhaps with quotes, has the name; for `default` the word may be missing.
  private static func name(of header: String, after word: String, in name: String) -> Bool {
    if word == "profile", name == "default", header == "default" { return true }
    guard header.hasPrefix(word) else { return false }
    let rest = header.dropFirst(word.count)
    guard let first = rest.first, first == " " || first == "\t" else { return false }
    var given = rest.drop { $0 == " " || $0 == "\t" }
    for quote in ["\"", "'"] where given.count > 2 && given.hasPrefix(quote) && given.hasSuffix(quote) {
      given = given.dropFirst().dropLast()
    }
    return given == name
  }

  /// All sections that are meant as one, `[profile default]` after `[default]`, so that it wins.
  private func section(_ file: File?, where isMeant: (String) -> Bool) throws -> INIFile.Section? {
    guard let file else { return nil }
    let names = file.content.sections.keys.filter(isMeant).sorted()
    let found = names.compactMap { file.content.sections[$0] }
    guard var result = found.first else { return nil }
    for section in found.dropFirst() {
      result.values.merge(section.values) { $1 }
      result.nested.merge(section.nested) { $1 }
      result.faults += section.faults
    }
    if let fault = result.faults.first {
      throw AWSError.credentials("the file \(file.path)", "\(fault), in the section [\(names[0])]")
    }
    return result
  }
}
