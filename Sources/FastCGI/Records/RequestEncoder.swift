import NIOCore

/// A request as the records that make it, in one piece: it goes out in one write.
enum RequestEncoder {
  /// FCGI_RESPONDER and FCGI_KEEP_CONN (FastCGI 1.0, section 8), then five reserved bytes.
  private static let beginBody: UInt64 = 1 << 48 | 1 << 40

  static func encode(_ request: FastCGIRequest) throws(FastCGIError) -> ByteBuffer {
    var buffer = ByteBufferAllocator().buffer(capacity: capacity(for: request))
    buffer.write(RecordHeader(.beginRequest, contentLength: 8))
    buffer.writeInteger(beginBody)
    try write(request.parameters, into: &buffer)
    var rest = request.body[...]
    while !rest.isEmpty {
      let piece = rest.prefix(RecordHeader.contentLimit)
      buffer.write(RecordHeader(.input, contentLength: piece.count))
      buffer.writeBytes(piece)
      rest = rest.dropFirst(piece.count)
    }
    buffer.write(RecordHeader(.input, contentLength: 0))
    return buffer
  }

  static let abort: ByteBuffer = {
    var buffer = ByteBuffer()
    buffer.write(RecordHeader(.abortRequest, contentLength: 0))
    return buffer
  }()

  /// A record of parameters ends between two of them, although the specification lets it end anywhere: php-fpm closes
  /// the connection over a parameter in two pieces.
  private static func write(
    _ parameters: [(name: String, value: String)], into buffer: inout ByteBuffer
  ) throws(FastCGIError) {
    var start = buffer.writerIndex
    buffer.write(RecordHeader(.parameters, contentLength: 0))
    for (name, value) in parameters {
      let length = pairLength(name, value)
      guard length <= RecordHeader.contentLimit else {
        throw FastCGIError(
          code: .invalidRequest,
          message:
            "\(name.prefix(80)) has \(value.utf8.count) bytes, and php-fpm takes no parameter that is longer than "
            + "a record of \(RecordHeader.contentLimit) bytes")
      }
      if buffer.writerIndex - start - RecordHeader.size + length > RecordHeader.contentLimit {
        end(start, in: &buffer)
        start = buffer.writerIndex
        buffer.write(RecordHeader(.parameters, contentLength: 0))
      }
      writeLength(name.utf8.count, into: &buffer)
      writeLength(value.utf8.count, into: &buffer)
      buffer.writeString(name)
      buffer.writeString(value)
    }
    // A record without content ends the stream, so there must not be another one before it.
    guard buffer.writerIndex - start > RecordHeader.size else { return }
    end(start, in: &buffer)
    buffer.write(RecordHeader(.parameters, contentLength: 0))
  }

  /// Puts the length in the header of the record that begins at `start`.
  private static func end(_ start: Int, in buffer: inout ByteBuffer) {
    let length = buffer.writerIndex - start - RecordHeader.size
    buffer.setInteger(RecordHeader(.parameters, contentLength: length).bytes, at: start)
  }

  /// One byte up to 127, else four with the highest bit set (FastCGI 1.0, section 3.4).
  private static func writeLength(_ length: Int, into buffer: inout ByteBuffer) {
    if length < 128 {
      buffer.writeInteger(UInt8(length))
    } else {
      buffer.writeInteger(UInt32(length) | 1 << 31)
    }
  }

  private static func pairLength(_ name: String, _ value: String) -> Int {
    let (name, value) = (name.utf8.count, value.utf8.count)
    return (name < 128 ? 1 : 4) + (value < 128 ? 1 : 4) + name + value
  }

  /// At least as much as is written, so that the buffer never grows.
  private static func capacity(for request: FastCGIRequest) -> Int {
    let parameters = request.parameters.reduce(0) { $0 + pairLength($1.name, $1.value) }
    // A record of parameters that is cut short is followed by one that, with it, fills more than one.
    let records = 5 + 2 * parameters / RecordHeader.contentLimit + request.body.count / RecordHeader.contentLimit
    return 8 + parameters + request.body.count + records * RecordHeader.size
  }
}
