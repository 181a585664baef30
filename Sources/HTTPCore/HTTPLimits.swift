/// Everything the outside can make large, many or slow, with the bound that is put on it.
///
/// The time limits are whole times, not gaps between bytes: a peer that sends one byte a second does not start them anew.
package struct HTTPLimits: Sendable {
  /// Bytes of a request's body, after chunked coding is taken off. More is answered 413. The default holds an SQS
  /// message of 1 MiB and some room.
  package var body = 1_114_112
  /// Bytes of the bodies of all requests together, each counted from its head until its answer is sent; never less than
  /// `body`. The first 16 KiB of each are not counted, so that small requests always find room; the number of connections
  /// bounds those. More is answered 503 with Retry-After.
  package var bodies = 64 << 20
  /// How long a body may be under way before it gives way to another one for which there would be no room.
  package var bodyPatience = Duration.seconds(10)
  /// Bytes of all header fields of a request together, counted as `name: value` with its line end. More is answered 431.
  package var headerBytes = 65_536
  /// Number of header fields of a request, trailer fields included. More is answered 431.
  package var headerCount = 128
  /// Bytes of the request target. More is answered 414.
  package var targetBytes = 8_192
  /// Connections held at once. When they are all taken, one that runs no exchange gives way to the newcomer, so that
  /// idle and slow ones never lock anybody out (`ConnectionPlaces` says which); when all of them run exchanges, the
  /// newcomer is answered 503 and closed.
  package var connections = 512
  /// Bytes that a client may have sent ahead of the answer it waits for and that are kept when it then closes its
  /// sending side. (Before that, nothing is read ahead: the kernel's buffer is the limit.)
  package var readAhead = 65_536
  /// From the accept, or from the first byte of a later request, to the end of the header section. Then 408.
  package var headerTime = Duration.seconds(15)
  /// From the end of the header section to the end of the body. Then 408.
  package var bodyTime = Duration.seconds(60)
  /// How long a kept connection may wait for its next request. Longer than the 100 s for which a client that follows
  /// libcurl's habits keeps its end, so that it is the client that ends an idle connection.
  package var idleTime = Duration.seconds(120)
  /// How long a client may take to read an answer. Then the connection is reset.
  package var writeTime = Duration.seconds(30)
  /// How long bytes are still read and dropped after the last answer, so that the client can read that answer before the
  /// kernel would reset the connection (RFC 9112, section 9.6).
  package var lingerTime = Duration.seconds(2)
  /// Connections that the kernel may hold before they are accepted (`listen(2)`; bounded by net.core.somaxconn).
  package var backlog = 512

  package init() {}
}
