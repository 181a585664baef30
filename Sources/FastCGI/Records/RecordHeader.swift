import NIOCore

/// The first eight bytes of a record (FastCGI 1.0, section 3.3).
struct RecordHeader: Equatable {
  static let size = 8
  static let version: UInt8 = 1
  /// The content of a record can have as many bytes.
  static let contentLimit = 65_535
  /// The number of every request of ours: a connection carries one at a time, which is all that php-fpm can.
  static let requestID: UInt16 = 1

  var version = Self.version
  var type: UInt8
  var requestID = Self.requestID
  var contentLength: Int
  var paddingLength = 0

  init(_ type: RecordType, contentLength: Int) {
    self.type = type.rawValue
    self.contentLength = contentLength
  }

  /// Reads the eight bytes as one number with the first byte in front. The eighth is reserved.
  init(_ bytes: UInt64) {
    version = UInt8(truncatingIfNeeded: bytes >> 56)
    type = UInt8(truncatingIfNeeded: bytes >> 48)
    requestID = UInt16(truncatingIfNeeded: bytes >> 32)
    contentLength = Int(bytes >> 16 & 0xFFFF)
    paddingLength = Int(bytes >> 8 & 0xFF)
  }

  var bytes: UInt64 {
    UInt64(version) << 56 | UInt64(type) << 48 | UInt64(requestID) << 32 | UInt64(contentLength) << 16
      | UInt64(paddingLength) << 8
  }
}

extension ByteBuffer {
  mutating func write(_ header: RecordHeader) {
    writeInteger(header.bytes)
  }
}
