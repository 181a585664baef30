/// One setting of a program, declared once: its name, type, range, default and meaning.
///
/// Flag (`--some-name`), environment variable (`PREFIX_SOME_NAME`), help text, range errors and the README's table all
/// come from this declaration, so none of them can disagree.
package struct Setting<Value: Sendable>: Sendable {
  package let declaration: SettingDeclaration
  /// The value when nobody sets it.
  package let standard: Value

  package var name: String { declaration.name }

  /// Declares a setting whose text is read by `read`, which gets every value given (one, unless `isRepeatable`). Without a
  /// standard, `standardText` is a word for "not set", and no text that could be given.
  package init(
    _ name: String,
    placeholder: String,
    range: String = "",
    standard: Value,
    standardText: String,
    hasStandard: Bool = true,
    unit: String = "",
    meaning: String,
    isRepeatable: Bool = false,
    read: @escaping @Sendable ([String]) throws(SettingFault) -> Value
  ) {
    self.standard = standard
    declaration = SettingDeclaration(
      name: name, placeholder: placeholder, range: range, standardText: standardText, hasStandard: hasStandard,
      unit: unit, meaning: meaning, isRepeatable: isRepeatable,
      read: { texts throws(SettingFault) in try read(texts) })
  }

  private init(declaration: SettingDeclaration, standard: Value) {
    self.declaration = declaration
    self.standard = standard
  }

  private func changed(_ change: (inout SettingDeclaration) -> Void) -> Self {
    var declaration = declaration
    change(&declaration)
    return Self(declaration: declaration, standard: standard)
  }

  /// The program does not start without it.
  package var required: Self { changed { $0.isRequired = true } }

  /// The option of Elastic Beanstalk (namespace `aws:elasticbeanstalk:sqsd`) that this setting stands for.
  package func beanstalk(_ option: String) -> Self { changed { $0.beanstalkOption = option } }

  /// A text too long to be shown among others: a report tells its length.
  package var shownByLength: Self { changed { $0.isShownByLength = true } }

  /// Declared, documented and refused by name: a later version will have it.
  package var later: Self { changed { $0.isAvailable = false } }
}

/// What is wrong with a value, as the end of a sentence that begins with the value: "is not a whole number".
package struct SettingFault: Error, Equatable {
  package let reason: String

  package init(_ reason: String) {
    self.reason = reason
  }
}

/// A setting without its type: what tables, help and parsing need.
package struct SettingDeclaration: Sendable {
  package let name: String
  /// How help names the value: `SECONDS`, `URL`. Empty for a switch, which needs no value.
  package let placeholder: String
  /// The values it takes, in words; empty where the meaning says it.
  package let range: String
  package let standardText: String
  let hasStandard: Bool
  /// What its number counts: `s`.
  let unit: String
  package let meaning: String
  package let isRepeatable: Bool
  package fileprivate(set) var isRequired = false
  package fileprivate(set) var isAvailable = true
  fileprivate(set) var isShownByLength = false
  package fileprivate(set) var beanstalkOption: String?
  let read: @Sendable ([String]) throws(SettingFault) -> any Sendable

  init(
    name: String, placeholder: String, range: String, standardText: String, hasStandard: Bool, unit: String,
    meaning: String, isRepeatable: Bool,
    read: @escaping @Sendable ([String]) throws(SettingFault) -> any Sendable
  ) {
    self.name = name
    self.placeholder = placeholder
    self.range = range
    self.standardText = standardText
    self.hasStandard = hasStandard
    self.unit = unit
    self.meaning = meaning
    self.isRepeatable = isRepeatable
    self.read = read
  }

  package var flag: String { "--\(name)" }
  var isSwitch: Bool { placeholder.isEmpty }
  /// Without the backquotes, which are for the README.
  package var plainStandard: String { standardText.replacing("`", with: "") }

  /// The default as a text that could be given.
  var standardValue: String? {
    guard hasStandard, !isRequired, isAvailable else { return nil }
    let end = " \(unit)"
    return !unit.isEmpty && plainStandard.hasSuffix(end) ? String(plainStandard.dropLast(end.count)) : plainStandard
  }

  /// The end of a sentence that a value does not fit: what it takes.
  package var takes: String {
    let kind = range.isEmpty ? placeholder : range
    return kind.isEmpty ? "" : " (\(kind))"
  }

  /// The texts of a value that comes as one, as in the environment.
  package func texts(of text: String) -> [String] {
    isRepeatable ? text.split(separator: ",").map(String.init) : [text]
  }

  /// `http-url` under the prefix `SQSD` is `SQSD_HTTP_URL`.
  package func environmentVariable(prefix: String) -> String {
    prefix + "_" + name.uppercased().replacing("-", with: "_")
  }
}
