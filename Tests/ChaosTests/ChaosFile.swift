import TestSupport

/// A file of records, good ones and bad ones, and what a table has to hold once it is loaded.
struct ChaosFile {
  let text: String
  private(set) var read = 0
  private(set) var rejected = 0
  /// The rows of the file, by key; the last record of a key counts.
  private(set) var rows: [Int: String] = [:]

  /// How many good records a later one of the same key takes the place of.
  var superseded: Int { read - rejected - rows.count }

  /// Makes a file; a tenth of its records are bad, and a tenth repeat a key.
  init(records: Int, seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var text = "id,word\n"
    // At first in the order of their keys, so that a load into an empty table takes both its ways.
    let turn = Int.random(in: 0...records, using: &random)
    for index in 1...records {
      let id = index < turn ? index : Int.random(in: 1...records * 2, using: &random)
      let word = "w\(Int.random(in: 0...9, using: &random))-\(index % 7)"
      read += 1
      switch Int.random(in: 0..<30, using: &random) {
      case 0: text += "\(id)\n"
      case 1: text += "\(id),\n"
      case 2: text += "x\(id),\(word)\n"
      default:
        text += "\(id),\(word)\n"
        rows[id] = word
        continue
      }
      rejected += 1
    }
    self.text = text
  }
}
