// The kinds of values that settings have. Each reads one text and says what it would have taken.

extension Setting where Value == Int {
  package static func integer(
    _ name: String, _ range: ClosedRange<Int>, placeholder: String = "N", standard: Int, meaning: String
  ) -> Setting<Int> {
    Setting(
      name, placeholder: placeholder, range: "\(range.lowerBound)–\(range.upperBound)", standard: standard,
      standardText: "\(standard)", meaning: meaning
    ) { texts throws(SettingFault) in
      try Read.integer(texts.last ?? "", range)
    }
  }
}

extension Setting where Value == Duration {
  package static func seconds(
    _ name: String, _ range: ClosedRange<Int>, standard: Int, meaning: String
  ) -> Setting<Duration> {
    Setting(
      name, placeholder: "SECONDS", range: "\(range.lowerBound)–\(range.upperBound) s", standard: .seconds(standard),
      standardText: "\(standard) s", unit: "s", meaning: meaning
    ) { texts throws(SettingFault) in
      .seconds(try Read.integer(texts.last ?? "", range))
    }
  }
}

extension Setting where Value == Duration? {
  package static func seconds(
    _ name: String, _ range: ClosedRange<Int>, unset: String, meaning: String
  ) -> Setting<Duration?> {
    Setting(
      name, placeholder: "SECONDS", range: "\(range.lowerBound)–\(range.upperBound) s", standard: nil,
      standardText: unset, hasStandard: false, unit: "s", meaning: meaning
    ) { texts throws(SettingFault) in
      .seconds(try Read.integer(texts.last ?? "", range))
    }
  }
}

extension Setting where Value == String {
  package static func text(
    _ name: String, placeholder: String, standard: String, standardText: String? = nil, meaning: String
  ) -> Setting<String> {
    Setting(
      name, placeholder: placeholder, standard: standard, standardText: standardText ?? standard,
      hasStandard: standardText == nil, meaning: meaning
    ) { texts throws(SettingFault) in
      try Read.text(texts.last ?? "")
    }
  }
}

extension Setting where Value == String? {
  package static func text(
    _ name: String, placeholder: String, unset: String, meaning: String
  ) -> Setting<String?> {
    Setting(
      name, placeholder: placeholder, standard: nil, standardText: unset, hasStandard: false, meaning: meaning
    ) { texts throws(SettingFault) in
      try Read.text(texts.last ?? "")
    }
  }
}

extension Setting where Value == Bool {
  /// A switch: `--name` alone turns it on; `--name=off` and the environment take on/off, true/false, 1/0, yes/no.
  package static func toggle(_ name: String, standard: Bool = false, meaning: String) -> Setting<Bool> {
    Setting(
      name, placeholder: standard ? "on|off" : "", standard: standard, standardText: standard ? "on" : "off",
      meaning: meaning
    ) { texts throws(SettingFault) in
      switch (texts.last ?? "").lowercased() {
      case "on", "true", "1", "yes": true
      case "off", "false", "0", "no": false
      default: throw SettingFault("is neither on nor off")
      }
    }
  }
}

extension Setting where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
  /// One of the cases of an enumeration, by its raw value.
  package static func choice(
    _ name: String, standard: Value, standardText: String? = nil, meaning: String
  ) -> Setting<Value> {
    let choices = Value.allCases.map(\.rawValue)
    return Setting(
      name, placeholder: choices.joined(separator: "|"), standard: standard,
      standardText: standardText ?? standard.rawValue, hasStandard: standardText == nil, meaning: meaning
    ) { texts throws(SettingFault) in
      guard let value = Value(rawValue: (texts.last ?? "").lowercased()) else {
        throw SettingFault("is not one of \(choices.joined(separator: ", "))")
      }
      return value
    }
  }
}

enum Read {
  static func integer(_ text: String, _ range: ClosedRange<Int>) throws(SettingFault) -> Int {
    // Int("+5") would pass; a sign in front of a count is a slip.
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = Int(text), range.contains(value) else {
      throw SettingFault("is not a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  static func text(_ text: String) throws(SettingFault) -> String {
    guard !text.isEmpty else { throw SettingFault("is empty") }
    guard !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
      throw SettingFault("contains a control character")
    }
    return text
  }
}
