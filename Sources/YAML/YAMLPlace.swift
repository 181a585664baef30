/// Line and column, both from 1. A column is a character of the text, whatever its bytes.
package struct YAMLPlace: Sendable, Hashable, CustomStringConvertible {
  package let line: Int
  package let column: Int

  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  package static let start = YAMLPlace(line: 1, column: 1)

  package var description: String { "line \(line), column \(column)" }
}
