/// A text that must not reach a log: every way to print it prints "<redacted>".
///
/// That holds for interpolation, `String(reflecting:)`, `dump` and a description of anything it is a member of.
package struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The text itself, named so that its uses are easy to find.
  package let exposed: String

  package init(_ text: String) { exposed = text }

  package var description: String { "<redacted>" }
  package var debugDescription: String { "<redacted>" }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
