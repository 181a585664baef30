import Foundation
import Glibc

/// A file that jobs wait for.
struct FileGate: Sendable {
  private let path = "/tmp/beanpole-gate-\(UUID().uuidString)"

  /// A command whose job says "up" and runs until the gate is open.
  var command: String { "sh -c 'echo up; while [ ! -e \(path) ]; do sleep 0.02; done'" }

  func open() {
    close(unsafe creat(path, 0o600))
  }

  func remove() {
    unsafe unlink(path)
  }
}
