import Settings

/// aws-sqsd's `http_url` and `http_port`, which together are our `--http-url`.
struct FormerAddress {
  struct Value {
    let text: String
    let line: Int
  }

  var url: Value?
  var port: Value?

  /// What both say; what is odd or wrong about them goes into the file's notes and faults.
  func entry(_ file: inout SettingsFile) -> SettingsFile.Entry? {
    guard let port else { return url.map { entry($0.text, key: "http_url", line: $0.line) } }
    let place = file.place(of: "http_port", line: port.line)
    guard port.text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), (1...65_535).contains(Int(port.text) ?? 0) else {
      file.addFault(
        "\(place): \(Shown.value(port.text)) is not a whole number from 1 to 65535", for: SqsdSettings.httpURL.name)
      return nil
    }
    guard let url else { return entry("http://localhost:\(port.text)", key: "http_port", line: port.line) }
    if let reason = Self.reasonAgainstPort(url.text) {
      file.notes.append("\(place) is ignored: http_url \(reason)")
      return entry(url.text, key: "http_url", line: url.line)
    }
    let bare = url.text.hasSuffix("/") ? String(url.text.dropLast()) : url.text
    return entry("\(bare):\(port.text)", key: "http_url", line: url.line)
  }

  private func entry(_ text: String, key: String, line: Int) -> SettingsFile.Entry {
    SettingsFile.Entry(SqsdSettings.httpURL.name, key: key, [text], line: line)
  }

  private static func reasonAgainstPort(_ url: String) -> String? {
    if url.hasPrefix("unix:") { return "is a Unix socket" }
    // Behind the brackets of an IPv6 address, if there are any.
    let authority = url.split(separator: "://", maxSplits: 1).last ?? ""
    let afterHost = authority.firstIndex(of: "]").map { authority[$0...] } ?? authority
    return afterHost.contains(":") ? "has a port of its own" : nil
  }
}
