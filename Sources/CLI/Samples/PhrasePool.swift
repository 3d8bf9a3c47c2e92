/// Phrases in one piece of memory, to append them fast.
struct PhrasePool: Sendable {
  let bytes: [UInt8]
  let starts: [Int]

  var count: Int { starts.count - 1 }

  init(_ phrases: [String]) {
    var bytes: [UInt8] = []
    var starts = [0]
    for phrase in phrases {
      bytes += phrase.utf8
      starts.append(bytes.count)
    }
    (self.bytes, self.starts) = (bytes, starts)
  }

  func any(_ random: inout SampleRandom) -> Int { random.below(count) }
}
