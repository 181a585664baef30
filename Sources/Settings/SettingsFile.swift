/// What a file says of settings, whatever its format: read by the program, judged by its ``SettingTable``.
package struct SettingsFile: Sendable {
  package struct Entry: Sendable, Equatable {
    /// The setting's name: `http-url`.
    package let name: String
    /// As the file has it: `http_url`.
    package let key: String
    package let texts: [String]
    package let line: Int

    package init(_ name: String, key: String, _ texts: [String], line: Int) {
      self.name = name
      self.key = key
      self.texts = texts
      self.line = line
    }
  }

  package struct Fault: Sendable, Equatable {
    package let text: String
    /// The setting that is there, but not as anything that could be its value: so it is not missing as well.
    package let name: String?
  }

  package let path: String
  /// In the order of the file; of two for one setting the last counts.
  package var entries: [Entry] = []
  /// Odd, but never fatal.
  package var notes: [String] = []
  package private(set) var faults: [Fault] = []
  /// Nobody knows what it says.
  private(set) var isUnread = false

  package init(path: String) {
    self.path = path
  }

  /// A file that cannot be read, or not as what it should be.
  package init(path: String, unread fault: String) {
    self.path = path
    faults = [Fault(text: fault, name: nil)]
    isUnread = true
  }

  package mutating func addFault(_ fault: String, for name: String?) {
    faults.append(Fault(text: fault, name: name))
  }

  /// `FILE:LINE: key`, with which each sentence about a key begins.
  package func place(of key: String, line: Int) -> String { "\(path):\(line): \(Shown.word(key))" }
}
