import NIOCore

/// The time limits of a connection, with one timer that is moved only when it would fire too late.
extension HTTPConnection {
  /// Sets the limit for what is waited for now, unless it already runs.
  func limitWaiting() {
    guard timedStage != assembly.stage else { return }
    timedStage = assembly.stage
    // Inside a request it is not the connection that has waited for longest.
    if exchangeNumber > 0, assembly.stage != .idle { server.table.mark(id, .kept) }
    let limits = server.limits
    switch assembly.stage {
    case .idle: limitTime(exchangeNumber == 0 ? limits.headerTime : limits.idleTime)
    case .head:
      // A new connection's time runs from the accept on, whenever its first byte comes.
      if exchangeNumber > 0 || deadline == nil { limitTime(limits.headerTime) }
    case .body: limitTime(limits.bodyTime)
    }
  }

  func limitTime(_ duration: Duration) {
    let deadline = NIODeadline.now() + TimeAmount(duration)
    self.deadline = deadline
    if timer == nil || timerDeadline > deadline { schedule(deadline) }
  }

  private func schedule(_ deadline: NIODeadline) {
    guard let context else { return }
    timer?.cancel()
    timerDeadline = deadline
    timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { self.timerFired() }
  }

  private func timerFired() {
    timer = nil
    guard let deadline else { return }
    guard deadline <= .now() else {
      schedule(deadline)
      return
    }
    self.deadline = nil
    switch phase {
    case .receiving where assembly.stage != .idle: refuse(.tooSlow)
    case .receiving, .writing, .lingering: close()
    case .exchanging, .closed: break
    }
  }
}
