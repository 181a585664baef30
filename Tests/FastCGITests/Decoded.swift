import NIOCore
import TestSupport

@testable import FastCGI

typealias Records = FastCGIRecords

/// What a decoder makes of some bytes, the pieces of each stream joined.
struct Decoded: Equatable {
  var output: [UInt8] = []
  var errorOutput: [UInt8] = []
  var ends: [EndRequest] = []
  var fault: String?
  var isBetweenRecords = true

  init(_ pieces: [[UInt8]]) {
    var decoder = RecordDecoder()
    do throws(BadAnswer) {
      for piece in pieces {
        var input = ByteBuffer(bytes: piece)
        while let event = try decoder.next(&input) {
          switch event {
          case .output(let bytes): output += Array(bytes.readableBytesView)
          case .errorOutput(let bytes): errorOutput += Array(bytes.readableBytesView)
          case .ended(let end): ends.append(end)
          }
        }
      }
    } catch {
      fault = error.reason
    }
    isBetweenRecords = decoder.isBetweenRecords
  }

  init(_ bytes: [UInt8]) { self.init([bytes]) }
}
