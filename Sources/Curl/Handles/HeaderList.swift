internal import CCurl

/// Sole owner of the `curl_slist` of one request at a time: nodes and text in one block, which is kept for the next.
///
/// `curl_slist_append` allocates twice for each line and wants a finished string; that is a tenth of the cost of a
/// small request. `struct curl_slist` is public in libcurl's interface, and libcurl only reads the list.
@safe
struct HeaderList: ~Copyable {
  /// The most that is kept between requests.
  private static let keptBytes = 64 << 10

  /// "Name:" without a value makes libcurl leave out the header that it would add by itself. A header of the caller's
  /// with the same name comes earlier in the list and wins. "Expect" matters for bodies over 1 MiB, for which libcurl
  /// would wait up to a second for "100 Continue"; "Content-Type" for every POST.
  private static let suppressed = ["Accept:", "Content-Type:", "Expect:"]

  private var block = UnsafeMutableRawBufferPointer.allocate(byteCount: 2048, alignment: alignment)
  private static let alignment = unsafe MemoryLayout<curl_slist>.alignment

  deinit { unsafe block.deallocate() }

  /// The first node; never nil, because the suppressed defaults are always there.
  var first: UnsafePointer<curl_slist>? {
    unsafe UnsafePointer(block.baseAddress?.assumingMemoryBound(to: curl_slist.self))
  }

  /// Replaces the list. Names and values must have been checked: libcurl takes them as they are.
  mutating func replace(with headers: [(name: String, value: String)]) {
    let count = headers.count + Self.suppressed.count
    let textOffset = unsafe count * MemoryLayout<curl_slist>.stride
    var size = textOffset
    // ": " and the final NUL.
    for (name, value) in headers { size += name.utf8.count + value.utf8.count + 3 }
    for line in Self.suppressed { size += line.utf8.count + 1 }
    reserve(size)

    guard let base = unsafe block.baseAddress else { return }
    let nodes = unsafe base.bindMemory(to: curl_slist.self, capacity: count)
    var text = unsafe (base + textOffset).bindMemory(to: CChar.self, capacity: size - textOffset)
    var index = 0
    for (name, value) in headers {
      unsafe nodes[index] = unsafe curl_slist(data: text, next: nodes + index + 1)
      unsafe text.append(name)
      if value.utf8.allSatisfy(\.isWhiteSpace) {
        // "Name:" would remove the header; "Name;" is libcurl's way to send an empty one (CURLOPT_HTTPHEADER).
        unsafe text.append(";")
      } else {
        unsafe text.append(": ")
        unsafe text.append(value)
      }
      unsafe text.terminate()
      index += 1
    }
    for line in Self.suppressed {
      unsafe nodes[index] = unsafe curl_slist(data: text, next: index + 1 < count ? nodes + index + 1 : nil)
      unsafe text.append(line)
      unsafe text.terminate()
      index += 1
    }
  }

  private mutating func reserve(_ size: Int) {
    guard unsafe size > block.count || block.count > Self.keptBytes else { return }
    unsafe block.deallocate()
    let capacity = max(2048, size.nextPowerOfTwo)
    unsafe block = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: Self.alignment)
  }
}

extension UnsafeMutablePointer<CChar> {
  /// Copies the UTF-8 of `string` without a final NUL, and moves behind it.
  fileprivate mutating func append(_ string: String) {
    let count = string.utf8.count
    let target = unsafe UnsafeMutableRawBufferPointer(start: self, count: count)
    unsafe target.copyBytes(from: string.utf8)
    unsafe self += count
  }

  fileprivate mutating func terminate() {
    unsafe pointee = 0
    unsafe self += 1
  }
}

extension Int {
  fileprivate var nextPowerOfTwo: Int { 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount) }
}
