/// How much of a text is read, whoever wrote it.
package struct YAMLLimits: Sendable {
  /// The size of the text.
  package var bytes: Int
  /// Collections inside of each other; it also bounds whoever walks the tree.
  package var depth: Int
  /// Keys, values and collections, after every alias is replaced by what it stands for: nine lines of aliases can name a
  /// thousand million nodes.
  package var nodes: Int

  package init(bytes: Int = 1 << 20, depth: Int = 32, nodes: Int = 50_000) {
    self.bytes = bytes
    self.depth = depth
    self.nodes = nodes
  }
}
