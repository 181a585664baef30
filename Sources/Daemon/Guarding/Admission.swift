/// How much may be received.
enum Admission: Equatable, Sendable {
  case nothing
  /// A single message, as a trial; then nothing until its answer has changed this.
  case one
  /// As much as fits into the slots, but no more than this share of them at once, from 0 to 1.
  case share(Double)

  static let everything = Admission.share(1)
}
