/// When a call may be sent again.
package enum Repeatability: Sendable, Hashable {
  /// After any failure that may pass: its effect is the same however often it happens.
  case always
  /// Only after a failure that proves that it had no effect. When an answer was lost nobody knows, and a second SendMessage
  /// makes a second message.
  ///
  /// Such a call gets a connection of its own: on one that was kept and that the server has closed meanwhile, the request
  /// would be lost in just that way.
  case unlessAmbiguous
}
