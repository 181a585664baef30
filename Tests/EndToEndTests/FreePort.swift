import TestSupport

/// A port of 127.0.0.1 at which nobody listens, for an application that comes later.
func freePort() throws -> Int {
  let peer = try ScriptedPeer { _ in [] }
  defer { peer.stop() }
  return peer.port
}
