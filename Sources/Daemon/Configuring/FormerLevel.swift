/// One of aws-sqsd's three switches for its log, turned on. The greatest decides.
struct FormerLevel: Comparable {
  let key: String
  let line: Int

  private static let inOrder = ["quiet", "verbose", "debug"]

  /// What it is as a `--log-level`. Each delivery is logged at our default, which is what verbose asked for.
  var text: String {
    switch key {
    case "debug": "debug"
    case "verbose": "info"
    default: "warning"
    }
  }

  static func < (a: FormerLevel, b: FormerLevel) -> Bool {
    (inOrder.firstIndex(of: a.key) ?? 0) < (inOrder.firstIndex(of: b.key) ?? 0)
  }
}
