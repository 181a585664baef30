/// Why a text is not JSON, or more of it than is read.
struct JSONSyntaxError: Error, Hashable, CustomStringConvertible {
  /// What is wrong, without anything of the text itself.
  var reason: String
  /// The byte at which it shows, from 0.
  var offset: Int

  var description: String { "\(reason) at byte \(offset)" }
}
