import NIOCore
import Testing

@testable import FastCGI

struct RequestEncoderTests {
  /// The records of a request: type and content.
  private func records(_ request: FastCGIRequest) throws -> [(type: UInt8, content: [UInt8])] {
    var buffer = try RequestEncoder.encode(request)
    var records: [(type: UInt8, content: [UInt8])] = []
    while let bytes = buffer.readInteger(as: UInt64.self) {
      let header = RecordHeader(bytes)
      #expect(header.version == 1 && header.requestID == 1 && header.paddingLength == 0 && bytes & 0xFF == 0)
      let content = buffer.readBytes(length: header.contentLength)
      records.append((header.type, try #require(content)))
    }
    #expect(buffer.readableBytes == 0)
    return records
  }

  @Test func `a small request, byte for byte`() throws {
    let request = FastCGIRequest(parameters: [("A", "b"), ("LONG", String(repeating: "x", count: 128))], body: [7, 8])
    let encoded = try RequestEncoder.encode(request)
    var expected: [UInt8] = [1, 1, 0, 1, 0, 8, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
    expected += [1, 4, 0, 1, 0, 141, 0, 0, 1, 1, 0x41, 0x62, 4, 0x80, 0, 0, 128] + Array("LONG".utf8)
    expected += [UInt8](repeating: 0x78, count: 128) + [1, 4, 0, 1, 0, 0, 0, 0]
    expected += [1, 5, 0, 1, 0, 2, 0, 0, 7, 8, 1, 5, 0, 1, 0, 0, 0, 0]
    #expect(Array(encoded.readableBytesView) == expected)
  }

  @Test func `giving up is a record of its own`() {
    #expect(Array(RequestEncoder.abort.readableBytesView) == [1, 2, 0, 1, 0, 0, 0, 0])
  }

  @Test func `each stream ends once, with a record without content`() throws {
    #expect(try records(FastCGIRequest(parameters: [])).map(\.type) == [1, 4, 5])
    #expect(try records(FastCGIRequest(parameters: [("A", "")], body: [1])).map(\.type) == [1, 4, 4, 5, 5])
  }

  @Test(arguments: [1, 65_534, 65_535, 65_536, 131_070, 131_071, 1 << 20])
  func `a body is cut into records and stays the same`(size: Int) throws {
    let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 * 7 >> 3) }
    let records = try records(FastCGIRequest(parameters: [], body: body)).filter { $0.type == 5 }
    #expect(records.flatMap(\.content) == body)
    #expect(records.dropLast().allSatisfy { $0.content.count > 0 } && records.last?.content.isEmpty == true)
    #expect(records.count == (size + 65_534) / 65_535 + 1)
  }

  @Test(arguments: [127, 128, 129, 20_000, 40_000])
  func `parameters are cut into records, but none of them is torn`(size: Int) throws {
    let parameters = (0..<9).map {
      ("N\($0)" + String(repeating: "n", count: $0 * 20), String(repeating: "v", count: size))
    }
    let records = try records(FastCGIRequest(parameters: parameters)).filter { $0.type == 4 }
    var read: [(String, String)] = []
    for record in records {
      var content = ByteBuffer(bytes: record.content)
      while content.readableBytes > 0 {
        let lengths = (content.readLength() ?? 0, content.readLength() ?? 0)
        read.append((content.readString(length: lengths.0) ?? "", content.readString(length: lengths.1) ?? ""))
      }
    }
    #expect(read.elementsEqual(parameters) { $0 == $1 })
    #expect(records.last?.content.isEmpty == true && records.dropLast().allSatisfy { !$0.content.isEmpty })
  }

  @Test func `a parameter that fills a record exactly`() throws {
    let value = String(repeating: "v", count: 65_535 - 1 - 5)
    let records = try records(FastCGIRequest(parameters: [("A", "b"), ("L", value), ("C", "d")]))
    #expect(records.map(\.content.count) == [8, 4, 65_535, 4, 0, 0])
  }

  @Test func `a parameter that no record holds is refused by name`() {
    let request = FastCGIRequest(parameters: [("HTTP_X", String(repeating: "v", count: 65_535))])
    let error = #expect(throws: FastCGIError.self) { try RequestEncoder.encode(request) }
    #expect(error?.code == .invalidRequest)
    #expect(error?.message.hasPrefix("HTTP_X has 65535 bytes") == true)
  }

  @Test func `the buffer is as large as it needs to be from the start`() throws {
    let parameters = (0..<40).map { ("NAME\($0)", String(repeating: "v", count: $0 * 400)) }
    for size in [0, 1, 70_000, 1 << 20] {
      let request = FastCGIRequest(parameters: parameters, body: [UInt8](repeating: 1, count: size))
      let encoded = try RequestEncoder.encode(request)
      // ByteBuffer rounds up to a power of two.
      #expect(encoded.storageCapacity < 2 * encoded.readableBytes + 65_536)
    }
  }
}

extension ByteBuffer {
  fileprivate mutating func readLength() -> Int? {
    guard let first = readInteger(as: UInt8.self) else { return nil }
    guard first >= 128 else { return Int(first) }
    guard let rest = readBytes(length: 3) else { return nil }
    return rest.reduce(Int(first & 0x7F)) { $0 << 8 | Int($1) }
  }
}
