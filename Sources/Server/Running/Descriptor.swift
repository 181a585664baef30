import Glibc

/// The only owner of a file descriptor; closes it at its end.
struct Descriptor: ~Copyable {
  let number: Int32

  /// Takes what a function of CProcess returned: a descriptor, or a negative errno. `purpose` completes the sentence
  /// "cannot open …".
  init(_ result: Int32, for purpose: String) throws(JobStartError) {
    guard result >= 0 else { throw JobStartError(opening: purpose, errorNumber: -result) }
    number = result
  }

  init(owning number: Int32) {
    self.number = number
  }

  deinit {
    close(number)
  }
}
