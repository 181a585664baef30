/// What the application answered, whole and in order.
package struct FastCGIAnswer: Sendable {
  /// 200 where the application names none.
  package var status: Int
  /// In their order, without `Status`.
  package var headers: [(name: String, value: String)]
  /// The length of the body, of which at most two pieces are kept.
  package var bodyLength: Int
  /// The first ``FastCGIRequest/keptBodyStart`` bytes of the body.
  package var bodyStart: [UInt8]
  /// The last ``FastCGIRequest/keptBodyEnd`` bytes of the body. Of a short body both pieces have the same bytes.
  package var bodyEnd: [UInt8]
  /// What the application says of itself: php-fpm says 0 whatever happened.
  package var applicationStatus: UInt32
  /// The request went over a connection that had carried another one before.
  package var connectionWasReused: Bool

  /// The value of the first field of that name, which is compared without regard to case.
  package func header(_ name: String) -> String? {
    headers.first { $0.name.equalsIgnoringASCIICase(name) }?.value
  }
}
