import Glibc

/// One thread that runs jobs.
final class Spawner: Sendable {
  let inbox: SpawnerInbox

  init(processes: ProcessTable) throws(JobStartError) {
    let inbox = try SpawnerInbox()
    self.inbox = inbox
    // Made here, so that what can fail fails here; used on its thread alone.
    let start = ThreadStart(loop: try SpawnerLoop(inbox: inbox, processes: processes))
    var thread = pthread_t()
    let result = unsafe pthread_create(
      &thread, nil,
      { context in
        guard let context = unsafe context else { return nil }
        unsafe Unmanaged<ThreadStart>.fromOpaque(context).takeRetainedValue().loop.run()
        return nil
      }, Unmanaged.passRetained(start).toOpaque())
    guard result == 0 else {
      unsafe Unmanaged.passUnretained(start).release()
      throw JobStartError(opening: "a thread", errorNumber: result)
    }
    pthread_detach(thread)
  }

  deinit {
    inbox.send(.finish)
  }
}

private final class ThreadStart {
  let loop: SpawnerLoop

  init(loop: SpawnerLoop) {
    self.loop = loop
  }
}
