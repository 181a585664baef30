extension Queue {
  /// Deletes a received message.
  ///
  /// On a standard queue the latest handle works even after the visibility timeout, and an older one reports success and
  /// deletes nothing. On a FIFO queue a handle fails once the timeout has passed (API Reference, DeleteMessage).
  mutating func delete(_ handleText: String, now: Timestamp) throws(SQSError) {
    let handle = try handle(handleText)
    advance(to: now)
    guard let message = messages[handle.message] else { return }
    let isCurrent = message.ticket == handle.ticket
    if isFIFO {
      guard isCurrent, message.state == .inFlight else {
        throw .invalid("ReceiptHandle", handleText, "The receipt handle has expired.")
      }
    } else if !isCurrent {
      return
    }
    drop(handle.message)
    counters.deleted += 1
  }

  /// Hides a message in flight for `seconds` from now; 0 shows it at once. The next receive does not remember it.
  mutating func changeVisibility(_ handleText: String, seconds: Int, now: Timestamp) throws(SQSError) {
    guard (0...limits.visibilityTimeout).contains(seconds) else {
      throw .invalid("VisibilityTimeout", "\(seconds)", "Must be between 0 and \(limits.visibilityTimeout).")
    }
    let handle = try handle(handleText)
    advance(to: now)
    guard let message = messages[handle.message], message.ticket == handle.ticket else {
      throw .invalid(
        "ReceiptHandle", handleText,
        "Message does not exist or is not available for visibility timeout change.")
    }
    guard message.state == .inFlight, let receivedAt = message.lastReceivedAt else {
      throw SQSError(.messageNotInflight, "The specified message isn't in flight.")
    }
    let until = now.adding(seconds: seconds)
    guard until <= receivedAt.adding(seconds: limits.visibilityTimeout) else {
      throw .invalid(
        "VisibilityTimeout", "\(seconds)",
        "Total VisibilityTimeout for the message is beyond the limit [\(limits.visibilityTimeout) seconds].")
    }
    messages[handle.message]?.isUntouched = false
    if seconds == 0 {
      putBack(handle.message)
    } else {
      inFlight.set(handle.message, to: until)
    }
  }

  /// A handle that this queue has given out, at whatever time.
  private func handle(_ text: String) throws(SQSError) -> ReceiptHandle {
    guard let handle = ReceiptHandle(text, salt: salt), handle.queue == instance else {
      throw .receiptHandleIsInvalid
    }
    return handle
  }
}
