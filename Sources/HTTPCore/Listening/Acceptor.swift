import Locks
import Glibc
import Logging
import NIOCore
import NIOHTTP1
import Synchronization

/// Makes a connection of each accepted channel, as long as there is room.
final class Acceptor: Sendable {
  private let context: ServerContext
  private let isTCP: Bool
  private let executors: [ObjectIdentifier: EventLoopExecutor]
  private let accepted: AsyncStream<ConnectionHandle>.Continuation
  private let nextID = Atomic(0)
  private let acceptErrors = Seldom()
  /// Addresses that may not connect and have been named in the log.
  private let namedAddresses = Locked<Set<String>>([])

  init(
    context: ServerContext, isTCP: Bool, executors: [ObjectIdentifier: EventLoopExecutor],
    accepted: AsyncStream<ConnectionHandle>.Continuation
  ) {
    self.context = context
    self.isTCP = isTCP
    self.executors = executors
    self.accepted = accepted
  }

  /// Sets up the channel of a connection; on that channel's event loop.
  func admit(_ channel: any Channel) throws {
    guard let executor = executors[ObjectIdentifier(channel.eventLoop)] else { throw ChannelError.eof }
    let id = nextID.add(1, ordering: .relaxed).newValue
    let connection = HTTPConnection(server: context, id: id, isTCP: isTCP)
    let handle = ConnectionHandle(connection, peer: channel.remoteAddress, executor: executor)
    let isAllowed = isAllowed(channel.remoteAddress)
    switch isAllowed ? context.table.admit(handle, id: id) : context.table.turnAway(handle, id: id) {
    case .admitted:
      break
    case .replacing(let other):
      report("connection limit reached, closing one that waits")
      other.perform { $0.close() }
    case .turnedAway:
      if isAllowed { report("connection limit reached, turning one away") }
      connection.turnedAway = isAllowed ? .tooManyConnections : .addressNotAllowed
    case .refused:
      throw ChannelError.eof
    }
    let pipeline = channel.pipeline.syncOperations
    try pipeline.addHandler(connection)
    try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder(limitConfiguration: parserLimits)))
    try pipeline.addHandler(RequestPartSink(connection))
    if connection.turnedAway == nil { accepted.yield(handle) }
  }

  /// What the peer says of itself, in X-Forwarded-For and the like, is not asked. A Unix socket has a mode instead.
  private func isAllowed(_ address: SocketAddress?) -> Bool {
    guard isTCP, let allowed = context.allowed else { return true }
    let name = address?.ipAddress ?? "unknown"
    if allowed.contains(where: { $0.contains(name) }) { return true }
    let isNews = namedAddresses.withLock { $0.count < 100 && $0.insert(name).inserted }
    context.logger.log(
      level: isNews ? .warning : .debug, "connection from an address that may not connect",
      metadata: ["client.address": "\(name)"])
    return false
  }

  private func report(_ message: Logger.Message) {
    context.logger.log(
      level: context.placesShort.isDue() ? .warning : .debug, message,
      metadata: ["connections": .stringConvertible(context.limits.connections)])
  }

  /// The parser's own limits, which end a head that is too large before it is complete. It counts names, values and the
  /// target, and takes trailer fields for header fields.
  private var parserLimits: NIOHTTPDecoderLimitConfiguration {
    var limits = NIOHTTPDecoderLimitConfiguration()
    limits.maxHeaderFieldSize = max(context.limits.headerBytes, context.limits.targetBytes)
    limits.maxHeaderListSize = context.limits.headerBytes + context.limits.targetBytes
    limits.maxHeaderFieldCount = context.limits.headerCount
    return limits
  }

  /// How long to wait after an error of accept(2). If descriptors ran out, a waiting connection gives its one back.
  func pause(after error: IOError) -> TimeAmount? {
    let isShortOfDescriptors = error.errnoCode == EMFILE || error.errnoCode == ENFILE
    let waiting = isShortOfDescriptors ? context.table.giveUpPlace() : nil
    waiting?.perform { $0.close() }
    if acceptErrors.isDue() {
      context.logger.error(
        "connections cannot be accepted; trying on, next line after a minute", metadata: ["error": "\(error)"])
    }
    // A descriptor given back can be used at once; otherwise one has to become free by itself.
    return waiting == nil ? .milliseconds(100) : .milliseconds(5)
  }
}
