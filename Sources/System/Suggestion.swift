/// Finds what somebody probably meant.
package enum Suggestion {
  /// The nearest of some words, if one is near enough to be a slip.
  package static func nearest(to word: String, among words: [String]) -> String? {
    if word.count >= 3, let longer = words.first(where: { $0.hasPrefix(word) }) { return longer }
    let distances = words.map { (word: $0, distance: distance(word, $0)) }
    guard let best = distances.min(by: { $0.distance < $1.distance }) else { return nil }
    return best.distance <= (word.count < 4 ? 1 : max(2, word.count / 3)) ? best.word : nil
  }

  /// Edits between two words (Levenshtein).
  package static func distance(_ first: String, _ second: String) -> Int {
    let second = Array(second)
    var row = Array(0...second.count)
    for (index, letter) in first.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for column in second.indices {
        let change = diagonal + (letter == second[column] ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(change, row[column] + 1, diagonal + 1)
      }
    }
    return row[second.count]
  }
}
