/// Which message attributes a consumer wants: by name, all (`All` or `.*`), or those that begin so (`bar.*`).
struct AttributeNames: Sendable {
  private let isAll: Bool
  private let names: Set<String>
  private let prefixes: [String]

  init(_ names: [String]) {
    isAll = names.contains("All") || names.contains(".*")
    prefixes = names.filter { $0.hasSuffix(".*") }.map { String($0.dropLast(2)) }
    self.names = Set(names)
  }

  func contains(_ name: String) -> Bool {
    isAll || names.contains(name) || prefixes.contains { name.hasPrefix($0) }
  }
}
