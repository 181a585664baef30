/// The final answer to one request; interim 1xx answers are not part of it.
package struct CurlResponse: Sendable {
  package let status: Int
  /// The first `keptBodyLimit` bytes of the body.
  package let body: [UInt8]
  /// All bytes of the body, those included that were not kept.
  package let bodyLength: Int
  /// The request went over a connection that had carried another one before.
  package let connectionWasReused: Bool
  private let headerBlock: HeaderBlock

  /// In the order of the answer; trailers are not among them. Made anew at each use: ``header(_:)`` is cheaper.
  package var headers: [(name: String, value: String)] { headerBlock.fields }

  /// The first value under that name, whatever the case of its letters.
  package func header(_ name: String) -> String? { headerBlock.first(name) }

  package init(
    status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = [], bodyLength: Int? = nil,
    connectionWasReused: Bool = false
  ) {
    self.init(
      status: status, headerBlock: HeaderBlock(fields: headers), body: body, bodyLength: bodyLength ?? body.count,
      connectionWasReused: connectionWasReused)
  }

  init(status: Int, headerBlock: HeaderBlock, body: [UInt8], bodyLength: Int, connectionWasReused: Bool) {
    self.status = status
    self.headerBlock = headerBlock
    self.body = body
    self.bodyLength = bodyLength
    self.connectionWasReused = connectionWasReused
  }
}

extension CurlResponse: CustomStringConvertible {
  /// Status and length only: headers and body may hold what must not be logged.
  package var description: String { "\(status), \(bodyLength) bytes" }
}
