extension Duration {
  /// Seconds with three decimals, as logs show them.
  var inSeconds: Double {
    let milliseconds = components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    return Double(milliseconds) / 1000
  }

  /// The next whole second, for SQS, which knows no parts of it.
  var roundedUpToSeconds: Duration {
    .seconds(components.seconds + (components.attoseconds > 0 ? 1 : 0))
  }
}
