/// Why a text is not read, in words for the person who wrote it.
package struct YAMLError: Error, Equatable, CustomStringConvertible {
  package let reason: String
  package let place: YAMLPlace

  init(_ reason: String, at place: YAMLPlace) {
    self.reason = reason
    self.place = place
  }

  package var description: String { "\(place): \(reason)" }
}
