import Glibc
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// Accepts connections, admits them to the table and gives out those that are to be served.
struct Listener: Sendable {
  let address: ListenAddress
  let connections: AsyncStream<ConnectionHandle>
  private let accepted: AsyncStream<ConnectionHandle>.Continuation
  private let channel: any Channel

  init(
    _ socket: ListeningSocket, address: ListenAddress, context: ServerContext, group: MultiThreadedEventLoopGroup
  ) async throws {
    // Bounded by the connection limit: what the table does not admit is not put here.
    let (connections, accepted) = AsyncStream.makeStream(of: ConnectionHandle.self)
    self.connections = connections
    self.accepted = accepted
    var executors: [ObjectIdentifier: EventLoopExecutor] = [:]
    for loop in group.makeIterator() { executors[ObjectIdentifier(loop)] = EventLoopExecutor(loop) }
    let isTCP = if case .tcp = address { true } else { false }
    let admission = Acceptor(context: context, isTCP: isTCP, executors: executors, accepted: accepted)
    channel = try await ServerBootstrap(group: group)
      .serverChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(AcceptBackoffHandler(backoffProvider: admission.pause))
        }
      }
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelOption(.autoRead, value: false)
      .childChannelOption(.maxMessagesPerRead, value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try admission.admit(channel) }
      }
      .withBoundSocket(socket.descriptor)
      .get()
    // NIO listens with a backlog of its own before it looks at its options, when it is given a socket. Asking again only
    // changes the backlog (inet_listen of Linux); should that fail, NIO's stays.
    _ = Glibc.listen(socket.descriptor, Int32(clamping: context.limits.backlog))
    if case .tcp(let host, _) = address, let port = channel.localAddress?.port {
      self.address = .tcp(host: host, port: port)
    } else {
      self.address = address
    }
    channel.closeFuture.whenComplete { _ in accepted.finish() }
  }

  /// Ends `connections`. The socket stays open until `close()`.
  func finish() { accepted.finish() }

  func close() async {
    accepted.finish()
    // It fails only if the channel is closed already.
    try? await channel.close().get()
  }
}
