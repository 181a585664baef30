/// The candidate that a person most likely meant, if one is near enough to be worth naming: at most a third of the
/// word's letters wrong.
package func nearest(to word: String, among candidates: [String]) -> String? {
  let distances = candidates.map { (candidate: $0, distance: editDistance(Array(word.utf8), Array($0.utf8))) }
  guard let best = distances.min(by: { $0.distance < $1.distance }) else { return nil }
  return best.distance <= max(1, word.utf8.count / 3) ? best.candidate : nil
}

/// Levenshtein's distance: insertions, deletions and replacements.
private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  // A word of hostile length is near to nothing; do not spend quadratic time on it.
  guard a.count <= 100 else { return .max }
  var row = Array(0...b.count)
  for (i, left) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, right) in b.enumerated() {
      let above = row[j + 1]
      row[j + 1] = left == right ? diagonal : 1 + min(diagonal, above, row[j])
      diagonal = above
    }
  }
  return row[b.count]
}
