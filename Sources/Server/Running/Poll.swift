import CProcess

/// An epoll of one thread.
struct Poll: ~Copyable {
  private let descriptor: Descriptor

  init() throws(JobStartError) {
    descriptor = try Descriptor(cprocess_poll_create(), for: "an epoll")
  }

  func add(_ number: Int32, token: UInt64) throws(JobStartError) {
    let result = cprocess_poll_add(descriptor.number, number, token)
    guard result == 0 else { throw JobStartError(opening: "a place in the epoll", errorNumber: -result) }
  }

  func remove(_ number: Int32) {
    // It fails only for a descriptor that was never added, and then there is nothing to do.
    _ = cprocess_poll_remove(descriptor.number, number)
  }

  /// Waits for events, at most `milliseconds`, -1 being without end, and puts their tokens into `tokens`.
  func wait(milliseconds: Int32, into tokens: inout [UInt64]) {
    tokens.removeAll(keepingCapacity: true)
    let capacity = 64
    unsafe withUnsafeTemporaryAllocation(of: cprocess_event.self, capacity: capacity) { events in
      guard let first = events.baseAddress else { return }
      let count = unsafe cprocess_poll_wait(descriptor.number, first, Int32(capacity), milliseconds)
      for index in 0..<max(0, Int(count)) { unsafe tokens.append(events[index].token) }
    }
  }
}
