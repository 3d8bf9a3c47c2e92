internal import Datasets

/// Finds keys and unique values that repeat within a file, in bounded memory.
///
/// It follows the rules of a load into an empty table: the last record of a key counts, or the
/// first if the dataset only appends; of those, the first record of a unique value counts.
struct KeyWatch {
  /// The memory for the stored records; sorting them takes as much again.
  private static let bytes = 32 << 20

  /// An accepted record.
  private struct Entry {
    let key: UInt64
    let place: Place
  }

  /// The position of a record.
  struct Place {
    let record: Int
    let line: Int
    let byteOffset: Int
  }

  /// The keys and values that repeat.
  struct Findings {
    /// How many records are superseded by a later one with the same key, and the first of them.
    var superseded = 0
    var firstSuperseded: Place?
    /// Records that a load would reject: the code, and the field if it is a unique one.
    var rejected: [(place: Place, code: RejectCode, field: Dataset.Field?)] = []
  }

  private let dataset: Dataset
  /// Positions of the key's columns among the fields; empty when SQL computes one of them.
  private let key: [Int]
  private let unique: [Int]
  /// The role of each field.
  private let roles: [(isOfKey: Bool, isUnique: Bool)]
  private let limit: Int
  private var entries: [Entry] = []
  /// For each entry, a hash of each unique field; 0 for NULL.
  private var values: [UInt64] = []
  /// How many records were not stored.
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
      (isOfKey: key.contains($0), isUnique: unique.contains($0))
    }
    limit = Self.bytes / (MemoryLayout<Entry>.stride + 8 * unique.count)
  }

  /// Notes a record by its row in the binary format of COPY.
  ///
  /// The row begins at the given offset; returns the offset where it ends.
  mutating func note(_ rows: Span<UInt8>, at start: Int, _ place: Place) -> Int {
    let isKept = !(key.isEmpty && unique.isEmpty) && entries.count < limit
    if !isKept { passedOver += 1 }
    var keyHash = ValueHash()
    // After the count of columns, each column has its length, which is -1 for NULL, and its bytes.
    var index = start + 2
    for column in dataset.fields.indices where index + 4 <= rows.count {
      let length = (0..<4).reduce(Int32(0)) { $0 << 8 | Int32(rows[index + $1]) }
      index += 4
      let end = index + Int(max(length, 0))
      if isKept, roles[column] != (false, false) {
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

  /// The keys and values that repeat in the whole file.
  func findings() -> Findings {
    var findings = Findings()
    var isAlive = [Bool](repeating: true, count: entries.count)
    if !key.isEmpty {
      for run in runs(entries.indices.map { (entries[$0].key, $0) }) {
        let others = dataset.mode == .append ? run.dropFirst() : run.dropLast()
        for index in others {
          isAlive[index] = false
          if dataset.mode == .append {
            findings.rejected.append((entries[index].place, .duplicateKey, nil))
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
          findings.rejected.append((entries[index].place, .notUnique, dataset.fields[column]))
        }
      }
    }
    findings.rejected.sort { $0.place.record < $1.place.record }
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

/// A 64-bit hash of a value, which distinguishes values in little memory.
///
/// The probability that any two of four million values collide is one in two million. The bits are
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
  /// Adds a value in the column's binary form; values that are equal to `=` get the same hash.
  func add(_ encoded: Span<UInt8>, to hash: inout ValueHash) {
    switch order {
    case .numeric where encoded.count >= 8:
      // Trailing zeros and the scale do not change the number.
      var end = encoded.count
      while end > 8, encoded[end - 1] == 0, encoded[end - 2] == 0 { end -= 2 }
      // Without digits the number is zero, whose weight is meaningless.
      if end > 8 { hash.add(encoded.extracting(2..<6)) }
      hash.add(encoded.extracting(8..<end))
    case .interval where encoded.count == 16:
      hash.add(UInt64(truncatingIfNeeded: DurationText(encoded: encoded).length))
    default:
      hash.add(encoded)
      hash.add(UInt64(encoded.count))
    }
  }
}
