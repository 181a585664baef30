/// Texts from outside, as they may stand in a message: short, without anything that a terminal obeys, and without what is
/// most likely a password.
package enum Shown {
  /// A text in quotation marks. An @ is most likely that of a password in a URL, and this ends in a log.
  package static func value(_ text: String) -> String {
    text.contains("@") ? "what is given" : "\"\(word(text))\""
  }

  package static func word(_ text: String, longest: Int = 200) -> String {
    var shown = ""
    for scalar in text.unicodeScalars.prefix(longest) {
      if scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format {
        shown += scalar.escaped(asASCII: true)
      } else {
        shown.unicodeScalars.append(scalar)
      }
    }
    return text.unicodeScalars.count > longest ? shown + "…" : shown
  }
}
