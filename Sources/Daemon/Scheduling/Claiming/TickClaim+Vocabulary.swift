extension TickClaim {
  /// What is to be done outside.
  enum Call: Sendable, Equatable {
    /// Write a record where there is none.
    case claim(as: ClaimToken)
    /// Read the record, after all writes that were answered.
    case look
    /// Put our token in the place of the one that was seen, unless the tick is sent.
    case takeOver(from: ClaimToken, as: ClaimToken)
    /// Send the message; nothing may leave at or after the deadline.
    case send(until: Instant)
    /// The record with our token says `sent`.
    case mark(ClaimToken)
    /// The record with our token says `free`.
    case giveBack(ClaimToken)
  }

  /// What became of a call.
  enum Answer: Sendable, Equatable {
    case done
    /// The record was not as the call wants it, but like this; nil if that is not known.
    case refused(ClaimRecord?)
    case found(ClaimRecord?)
    /// It surely had no effect.
    case failed
    /// It failed, and may have had its effect all the same, or may have it yet.
    case unknown
  }

  enum End: Sendable, Equatable {
    case sent
    /// Another daemon sent it.
    case left
    case missed(TickLoss)
  }

  enum Step: Equatable {
    case call(Call)
    /// Nothing before a call is answered, or before this moment.
    case wait(until: Instant?)
    case ended(End)
  }

  /// What an operator should hear beside the end.
  enum Event: Equatable {
    case tookOver(from: String)
    /// Whether the message was sent is not known: it will be sent again, perhaps a second time.
    case answerLost
    /// Before ours was marked as sent, another had taken it over, and most likely sent it too.
    case overtaken(by: String)
    /// Sent, and the table could not be told.
    case unmarked
  }
}
