import Glibc
import HTTPCore
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct ListeningTests {
  /// A directory of its own for sockets; short, because the path of a socket must be.
  static func withDirectory<Value>(_ body: (String) async throws -> Value) async throws -> Value {
    var template = Array("/tmp/hXXXXXX".utf8CString)
    let path = try #require(unsafe mkdtemp(&template).map { unsafe String(cString: $0) })
    defer {
      unsafe unlink(path + "/s")
      unsafe rmdir(path)
    }
    return try await body(path)
  }

  static func mode(_ path: String) -> UInt32? {
    var status = stat()
    return unsafe lstat(path, &status) == 0 ? status.st_mode : nil
  }

  @Test func `a Unix socket serves, has its mode, and is removed at the end`() async throws {
    try await Self.withDirectory { directory in
      let path = directory + "/s"
      try await withServer(at: .unix(path: path), unixSocketMode: 0o606) { server in
        #expect(server.address == .unix(path: path))
        #expect(Self.mode(path) == S_IFSOCK | 0o606)
        try await server.expectToServe()
        let status = try await HTTPProbe.get(server.address, path: "/", timeout: .seconds(20))
        #expect(status == 200)
      }
      #expect(Self.mode(path) == nil)
    }
  }

  @Test func `clients of a Unix socket that leave are noticed, those that shut their sending side are answered`()
    async throws
  {
    let gate = Gate()
    let gone = Gate()
    let responder: HTTPResponder = { request, exchange in
      if request.path == "/leaves" {
        gone.open()
        await exchange.untilClientGone()
        gone.open()
      } else {
        await gate.wait()
        #expect(!exchange.isClientGone)
      }
      return await echo(request, exchange)
    }
    try await Self.withDirectory { directory in
      try await withServer(at: .unix(path: directory + "/s"), responder: responder) { server in
        let leaves = try server.connect()
        try await leaves.send("GET /leaves HTTP/1.1\r\nHost: a\r\n\r\n")
        await gone.wait()
        leaves.close()
        await gone.wait()
        let half = try server.connect()
        try await half.send("GET /half HTTP/1.1\r\nHost: a\r\n\r\n")
        half.shutdownSending()
        await gate.untilWaiting()
        gate.open()
        #expect(try await half.receiveAnswer().status == 200)
      }
    }
  }

  @Test func `a socket file that nobody listens on is replaced`() async throws {
    try await Self.withDirectory { directory in
      let path = directory + "/s"
      // Bound and closed again: the file stays, as after a crash.
      let left = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: Array(path.utf8)) }
      let size = socklen_t(MemoryLayout<sockaddr_un>.size)
      let bound = unsafe withUnsafePointer(to: address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe bind(left, $0, size) }
      }
      #expect(bound == 0)
      Glibc.close(left)
      try await withServer(at: .unix(path: path)) { server in try await server.expectToServe() }
    }
  }

  @Test func `a socket that somebody listens on is left alone`() async throws {
    try await Self.withDirectory { directory in
      let address = ListenAddress.unix(path: directory + "/s")
      try await withServer(at: address) { server in
        let error = await #expect(throws: HTTPCoreError.self) { try await withServer(at: address) { _ in } }
        #expect(error?.code == .bindFailed)
        #expect(error?.message == "\(address) cannot be listened on: another process listens on it.")
        try await server.expectToServe()
      }
    }
  }

  @Test func `a file that is no socket is left alone`() async throws {
    try await Self.withDirectory { directory in
      let file = unsafe open(directory + "/s", O_CREAT | O_WRONLY, 0o600)
      #expect(file >= 0)
      close(file)
      let error = await #expect(throws: HTTPCoreError.self) {
        try await withServer(at: .unix(path: directory + "/s")) { _ in }
      }
      #expect(error?.message.contains("a file that is no socket is in its place") == true)
      #expect(Self.mode(directory + "/s") != nil)
    }
  }

  @Test func `errors of binding say address and reason`() async throws {
    try await withServer { server in
      let used = await #expect(throws: HTTPCoreError.self) { try await withServer(at: server.address) { _ in } }
      #expect(
        used?.message
          == "\(server.address) cannot be listened on: another process listens on it (Address already in use).")
      #expect(used?.errno == EADDRINUSE)
    }
    let foreign = await #expect(throws: HTTPCoreError.self) {
      try await withServer(at: .tcp(host: "192.0.2.1", port: 0)) { _ in }
    }
    #expect(foreign?.message.contains("192.0.2.1:0 cannot be listened on: this machine has no such address") == true)
    let missing = await #expect(throws: HTTPCoreError.self) {
      try await withServer(at: .unix(path: "/nonexistent/s")) { _ in }
    }
    #expect(missing?.message.contains("its directory does not exist") == true)
  }

  @Test func `a port can be bound again at once`() async throws {
    let address = try await withServer { server in
      #expect(server.port > 0)
      try await server.expectToServe()
      return server.address
    }
    try await withServer(at: address) { server in
      #expect(server.address == address)
      try await server.expectToServe()
    }
  }

  @Test func `several event loops serve`() async throws {
    try await withServer(threads: 3) { server in
      try await withThrowingTaskGroup { group in
        for _ in 0..<12 { group.addTask { try await server.expectToServe() } }
        try await group.waitForAll()
      }
    }
  }

  @Test func `as many connections as the limit says may wait for a server that is busy`() async throws {
    var ends: [Int32] = [0, 0]
    try #require(unsafe pipe(&ends) == 0)
    let (held, release) = (ends[0], ends[1])
    defer { close(held) }
    let (busy, continuation) = AsyncStream.makeStream(of: Void.self)
    let responder: HTTPResponder = { _, _ in
      continuation.yield()
      // What no responder may do: it stops the event loop, which then accepts nobody.
      var byte: UInt8 = 0
      _ = unsafe read(held, &byte, 1)
      return .text(200, "")
    }
    try await withServer(responder: responder) { server in
      let client = try server.connect()
      try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      _ = await busy.first { _ in true }
      let waiting = (0..<400).map { _ in Self.beginConnecting(to: server.port) }
      // The first that has not been taken in says enough; all of them would be waited for.
      #expect(!waiting.contains { !Self.isConnected($0) })
      close(release)
      for socket in waiting { close(socket) }
      #expect(try await client.receiveAnswer().status == 200)
    }
  }

  static func beginConnecting(to port: Int) -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    _ = unsafe withUnsafePointer(to: address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        unsafe connect(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    return descriptor
  }

  static func isConnected(_ socket: Int32) -> Bool {
    var entry = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
    return unsafe poll(&entry, 1, 10_000) == 1 && Int32(entry.revents) == POLLOUT
  }
}
