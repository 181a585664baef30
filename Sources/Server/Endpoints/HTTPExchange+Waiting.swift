import HTTPCore

extension HTTPExchange {
  /// Waits as `operation` does, which is cancelled when the client leaves. Meanwhile the client hears every `interval`
  /// that it is not forgotten.
  func waiting<Value: Sendable>(
    interval: Duration, _ operation: @escaping @Sendable () async -> Value?
  ) async -> Value? {
    await withTaskGroup(of: Value?.self) { group in
      group.addTask { await operation() }
      group.addTask {
        await untilClientGone()
        return nil
      }
      group.addTask {
        while (try? await Task.sleep(for: interval)) != nil { sendInterim(102) }
        return nil
      }
      var value: Value?
      for await result in group {
        group.cancelAll()
        value = value ?? result
      }
      return value
    }
  }
}
