/// The protocol with one thing wrong. A simulation that does not notice proves nothing.
enum Mutant: CaseIterable {
  /// A sender that was stopped sends when it goes on, however late.
  case noDeadline
  /// Nobody is given the time to send.
  case hastyTakeover
  /// The ticks of the dead are lost.
  case noTakeover
  /// Whoever does not know what became of a claim believes to have it.
  case noReadBack
  /// The claim is a plain write.
  case unconditionalClaim
  /// So is the takeover: what was marked as sent meanwhile is sent again.
  case unconditionalTakeover
  /// `sent` is never written.
  case unmarked
  /// A failed look counts as one that saw no change.
  case blindWatch
  /// Two daemons under one name.
  case sharedOwner
  /// As aws-sqsd, which slept whole seconds, rounded down.
  case early
  /// Nothing is looked back for after a start or a pause.
  case noCatchUp
  /// A message whose answer was lost counts as sent.
  case optimisticSend
  /// A claim that cannot be used stays as it is at SIGTERM.
  case keepsAtStop
}
