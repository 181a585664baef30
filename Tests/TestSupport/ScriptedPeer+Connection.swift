extension ScriptedPeer {
  /// One connection of a ``ScriptedPeer``, on a thread of its own.
  struct Connection: Sendable {
    let socket: Int32
    let number: Int
    let sockets: Sockets
    let events: TestSignal<Record>

    func run(_ steps: [Step]) {
      var unread: [UInt8] = []
      for step in steps where !perform(step, &unread) { return }
      hold()
    }

    /// False if the connection is over.
    private func perform(_ step: Step, _ unread: inout [UInt8]) -> Bool {
      switch step {
      case .readRequest: return readRequest(withBody: true, &unread)
      case .readHead: return readRequest(withBody: false, &unread)
      case .readBytes(let count):
        while unread.count < count {
          guard receive(&unread) else { return false }
        }
        unread.removeAll(keepingCapacity: true)
      case .sendBytes(let bytes): return send(bytes)
      case .dribble(let bytes, let pause):
        for byte in bytes {
          sockets.pause(socket, for: pause)
          guard send([byte]) else { return false }
        }
      case .pause(let duration): sockets.pause(socket, for: duration)
      case .awaitRequests(let count): events.block { $0.requests.count >= count }
      case .answerAll(let answer):
        while readRequest(withBody: true, &unread) {
          guard send(answer) else { return false }
        }
        return false
      case .close: return end(reset: false)
      case .reset: return end(reset: true)
      }
      return true
    }

    private func readRequest(withBody: Bool, _ unread: inout [UInt8]) -> Bool {
      var headerLength = Self.headerLength(of: unread)
      while headerLength == nil {
        guard receive(&unread) else { return false }
        headerLength = Self.headerLength(of: unread)
      }
      guard let headerLength else { return false }
      var length = headerLength
      if withBody {
        length += Self.contentLength(String(decoding: unread[..<headerLength], as: UTF8.self))
        while unread.count < length {
          guard receive(&unread) else { return false }
        }
      } else {
        length = unread.count
      }
      let request = Request(
        bytes: Array(unread[..<length]), connection: number, headerLength: headerLength)
      unread.removeFirst(length)
      events.update { $0.requests.append(request) }
      return true
    }

    private static func headerLength(of bytes: [UInt8]) -> Int? {
      // CR LF CR LF, with the one comparison first that fails for nearly all bytes.
      bytes.indices.dropFirst(3).first {
        bytes[$0] == 10 && bytes[$0 - 1] == 13 && bytes[$0 - 2] == 10 && bytes[$0 - 3] == 13
      }.map { $0 + 1 }
    }

    private static func contentLength(_ header: String) -> Int {
      for line in header.split(separator: "\r\n") where line.lowercased().hasPrefix("content-length:") {
        return Int(line.drop { $0 != ":" }.dropFirst().filter { $0 != " " }) ?? 0
      }
      return 0
    }

    /// Waits for the client's end.
    private func hold() {
      var dropped: [UInt8] = []
      while receive(&dropped) { dropped.removeAll() }
    }

    private func receive(_ bytes: inout [UInt8]) -> Bool {
      guard let piece = sockets.receive(socket) else {
        endedByClient()
        return false
      }
      bytes += piece
      return true
    }

    private func send(_ bytes: [UInt8]) -> Bool {
      guard sockets.send(bytes, to: socket) else {
        endedByClient()
        return false
      }
      return true
    }

    private func end(reset: Bool) -> Bool {
      sockets.close(socket, reset: reset)
      events.update { $0.closedByScript += 1 }
      return false
    }

    private func endedByClient() {
      sockets.close(socket, reset: false)
      events.update { $0.closedByClient += 1 }
    }
  }
}
