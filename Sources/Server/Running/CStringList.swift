/// A list of C strings in one block, as execve(2) wants arguments and environment.
struct CStringList: Sendable, Equatable {
  private var bytes: [UInt8] = []
  private var offsets: [Int] = []

  init() {}

  init(_ strings: [String]) {
    for string in strings { append(string) }
  }

  var count: Int { offsets.count }

  /// Nothing with a NUL may be appended: it would end early.
  mutating func append(_ string: String) {
    append(string.utf8)
  }

  mutating func append(_ string: some Sequence<UInt8>) {
    offsets.append(bytes.count)
    bytes += string
    bytes.append(0)
  }

  /// The strings again, invalid UTF-8 repaired.
  var strings: [String] {
    offsets.map { offset in String(decoding: bytes[offset...].prefix { $0 != 0 }, as: UTF8.self) }
  }

  /// Lends the strings as an array of pointers that ends with a null pointer.
  func withPointers<Result>(_ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result) -> Result {
    var copy = bytes
    return unsafe copy.withUnsafeMutableBytes { block in
      unsafe withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<CChar>?.self, capacity: offsets.count + 1) { list in
        for (index, offset) in offsets.enumerated() {
          unsafe list.initializeElement(
            at: index, to: block.baseAddress.map { unsafe ($0 + offset).assumingMemoryBound(to: CChar.self) })
        }
        unsafe list.initializeElement(at: offsets.count, to: nil)
        // The list has at least its end, so its address is never nil.
        guard let first = list.baseAddress else { preconditionFailure("a temporary allocation without an address") }
        return unsafe body(UnsafePointer(first))
      }
    }
  }
}
