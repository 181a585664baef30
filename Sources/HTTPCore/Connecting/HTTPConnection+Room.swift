/// This connection's share of the room that there is for bodies.
extension HTTPConnection {
  var hasRoom: Bool { roomTaken > 0 }

  /// Asks for what the body needs beyond what it has: all of it where its length is known, so that it is refused before
  /// it is sent, or as it comes.
  func takeRoom() throws(Refusal) {
    let missing = assembly.bodyBytesToHold - BodyShares.uncounted - roomTaken
    guard missing > 0 else { return }
    guard server.table.takeRoom(missing, id: id) else { throw .noRoom }
    roomTaken += missing
  }

  func giveBackRoom() {
    guard hasRoom else { return }
    roomTaken = 0
    server.table.giveBackRoom(id: id)
  }

  /// The body under way has had its time, and its room is another's now.
  func giveUpBody() {
    if phase == .receiving, assembly.stage == .body { refuse(.tooSlow) }
  }
}
