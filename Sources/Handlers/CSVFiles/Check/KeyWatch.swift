internal import Datasets

/// Finds keys and unique values that come more than once in a file, in bounded memory.
///
/// It judges as a load into an empty table does: of a key the last record counts, or the first where
/// the dataset only appends; of those, the first record of a unique value.
struct KeyWatch {
  /// What the records that are kept may take; to sort them takes as much again.
  private static let bytes = 32 << 20

  /// A record that was taken.
  private struct Entry {
    let key: UInt64
    let place: Place
  }

  /// Where a record stands.
  struct Place {
    let record: Int
    let line: Int
    let byteOffset: Int
  }

  private struct Role: Equatable {
    static let other = Role(isOfKey: false, isUnique: false)

    let isOfKey: Bool
    let isUnique: Bool
  }

  /// What comes more than once.
  struct Findings {
    /// How many records a later one of the same key takes the place of, and the first of them.
    var superseded = 0
    var firstSuperseded: Place?
    /// Records that a load would refuse: the code, and the field when a unique one is meant.
    var refused: [(place: Place, code: RejectCode, field: Dataset.Field?)] = []
  }

  private let dataset: Dataset
  /// Positions of the key's columns among the fields; empty when SQL computes one of them.
  private let key: [Int]
  private let unique: [Int]
  /// For each field, what it is looked at for.
  private let roles: [Role]
  private let limit: Int
  private var entries: [Entry] = []
  /// For each entry a hash of each unique field, 0 for none.
  private var values: [UInt64] = []
  /// How many records were not kept.
  private(set) var passedOver = 0

  init(_ dataset: Dataset) {
    self.dataset = dataset
    let names = dataset.fields.map(\.name)
    let taken = Set(dataset.columns.filter { $0.expression == nil }.map(\.name))
    let positions = dataset.key.compactMap { names.firstIndex(of: $0) }
    let isOfFields = positions.count == dataset.key.count && taken.isSuperset(of: dataset.key)
    key = isOfFields ? positions : []
    unique = dataset.fields.indices.filter { dataset.fields[$0].constraints.isUnique }
    roles = dataset.fields.indices.map { [key, unique] in
      Role(isOfKey: key.contains($0), isUnique: unique.contains($0))
    }
    limit = Self.bytes / (MemoryLayout<Entry>.stride + 8 * unique.count)
  }

  /// Notes a record by the row that was made of it, in COPY's binary form.
  ///
  /// The row begins at an offset of the bytes; where it ends is returned.
  mutating func note(_ rows: Span<UInt8>, at start: Int, _ place: Place) -> Int {
    let isKept = !(key.isEmpty && unique.isEmpty) && entries.count < limit
    if !isKept { passedOver += 1 }
    var keyHash = ValueHash()
    // Behind the count of columns: for each its length, which is -1 for NULL, and its bytes.
    var index = start + 2
    for column in dataset.fields.indices where index + 4 <= rows.count {
      let length = (0..<4).reduce(Int32(0)) { $0 << 8 | Int32(rows[index + $1]) }
      index += 4
      let end = index + Int(max(length, 0))
      if isKept, roles[column] != .other {
        var hash = ValueHash()
        if length >= 0 {
          dataset.fields[column].traits.add(rows.extracting(index..<end), to: &hash)
        }
        if roles[column].isOfKey { keyHash.add(hash.value) }
        if roles[column].isUnique { values.append(length < 0 ? 0 : max(hash.value, 1)) }
      }
      index = end
    }
    if isKept { entries.append(Entry(key: keyHash.value, place: place)) }
    return index
  }

  /// What the whole file holds more than once.
  func findings() -> Findings {
    var findings = Findings()
    var isAlive = [Bool](repeating: true, count: entries.count)
    if !key.isEmpty {
      for run in runs(entries.indices.map { (entries[$0].key, $0) }) {
        let others = dataset.mode == .append ? run.dropFirst() : run.dropLast()
        for index in others {
          isAlive[index] = false
          if dataset.mode == .append {
            findings.refused.append((entries[index].place, .duplicateKey, nil))
          } else {
            findings.superseded += 1
          }
        }
      }
      if dataset.mode != .append, let first = isAlive.firstIndex(of: false) {
        findings.firstSuperseded = entries[first].place
      }
    }
    for (nth, column) in unique.enumerated() {
      let hashes = entries.indices.filter { isAlive[$0] }
        .map { (values[$0 * unique.count + nth], $0) }.filter { $0.0 != 0 }
      for run in runs(hashes) {
        for index in run.dropFirst() {
          isAlive[index] = false
          findings.refused.append((entries[index].place, .notUnique, dataset.fields[column]))
        }
      }
    }
    findings.refused.sort { $0.place.record < $1.place.record }
    return findings
  }

  /// The groups of more than one entry with the same hash, each in the order of the file.
  private func runs(_ hashes: [(UInt64, Int)]) -> [[Int]] {
    let sorted = hashes.sorted { $0 < $1 }
    var runs: [[Int]] = []
    var start = 0
    for index in 1..<max(sorted.count + 1, 1)
    where index == sorted.count || sorted[index].0 != sorted[start].0 {
      if index - start > 1 { runs.append(sorted[start..<index].map(\.1)) }
      start = index
    }
    return runs
  }
}

/// 64 bits that stand for a value, so that values can be told apart in little memory.
///
/// Two of four million values have the same with a probability of one in two million. The bits are
/// those of FNV-1a, mixed as SplitMix64 does so that each of them is as good as any other.
struct ValueHash {
  private var bits: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func add(_ bytes: Span<UInt8>) {
    var bits = bits
    for index in bytes.indices { bits = (bits ^ UInt64(bytes[index])) &* 0x0000_0100_0000_01b3 }
    self.bits = bits
  }

  mutating func add(_ number: UInt64) {
    bits = (bits ^ number) &* 0x0000_0100_0000_01b3
  }

  var value: UInt64 {
    var mixed = bits
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

extension TypeTraits {
  /// Adds a value in the column's binary form so that those are the same which `=` takes for the same.
  func add(_ encoded: Span<UInt8>, to hash: inout ValueHash) {
    switch order {
    case .numeric where encoded.count >= 8:
      // Zeros at the end, and how many of them are shown, make no other number.
      var end = encoded.count
      while end > 8, encoded[end - 1] == 0, encoded[end - 2] == 0 { end -= 2 }
      // Without digits it is zero, whose weight means nothing.
      if end > 8 { hash.add(encoded.extracting(2..<6)) }
      hash.add(encoded.extracting(8..<end))
    case .interval where encoded.count == 16:
      // A month is thirty days to it, and a day has 24 hours.
      let days = Self.whole(encoded, 8..<12) &+ 30 &* Self.whole(encoded, 12..<16)
      let micros = Self.whole(encoded, 0..<8).addingReportingOverflow(days &* 86_400_000_000)
      hash.add(UInt64(bitPattern: micros.partialValue))
    default:
      hash.add(encoded)
      hash.add(UInt64(encoded.count))
    }
  }

  private static func whole(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int64 {
    var value: Int64 = bytes[range.lowerBound] & 0x80 == 0 ? 0 : -1
    for index in range { value = value << 8 | Int64(bytes[index]) }
    return value
  }
}
