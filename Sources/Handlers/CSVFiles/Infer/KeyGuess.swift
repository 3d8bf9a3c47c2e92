internal import Datasets

/// The columns that tell one record of a file from another, if some do.
struct KeyGuess {
  /// An entry of an index holds 2600 bytes; longer values are no key.
  private static let longestValue = 600
  /// Columns that combinations are made of, for their number grows fast.
  private static let columnLimit = 16

  /// Positions of the columns, the best combinations first; a single column is certain, others have
  /// to be looked at over the whole file where it is longer than what was kept of it.
  let candidates: [[Int]]

  init(_ survey: borrowing FileSurvey, _ types: [TypeCandidate?]) {
    let usable = survey.columns.indices.filter { column in
      let profile = survey.columns[column]
      guard profile.empty == 0, profile.longest <= Self.longestValue,
        types[column] == nil || profile.words.allSatisfy({ $0 == 0 })
      else { return false }
      switch types[column]?.type {
      case .number, .object, .array, .boolean, .time: return false
      default: return true
      }
    }
    let single = usable.filter { !survey.columns[$0].repeats.hasRepeats }
    // A moment tells records apart only as long as no two happen at once.
    let isMoment = { (column: Int) in
      switch types[column]?.type {
      case .date, .datetime: true
      default: false
      }
    }
    if let column = single.first(where: { !isMoment($0) }) ?? single.first {
      candidates = [[column]]
    } else {
      candidates = Self.combinations(of: Array(usable.prefix(Self.columnLimit)), survey.rows)
    }
  }

  /// The first few of the shortest combinations that tell the kept records apart.
  private static func combinations(of columns: [Int], _ rows: [[UInt64]]) -> [[Int]] {
    guard columns.count > 1, rows.count > 1 else { return [] }
    for size in 2...3 {
      var found: [[Int]] = []
      for combination in subsets(of: columns, size: size) where found.count < 4 {
        if areDistinct(combination, rows) { found.append(combination) }
      }
      if !found.isEmpty { return found }
    }
    return []
  }

  private static func subsets(of columns: [Int], size: Int) -> [[Int]] {
    guard size > 0 else { return [[]] }
    guard columns.count >= size else { return [] }
    return columns.indices.flatMap { index in
      subsets(of: Array(columns[(index + 1)...]), size: size - 1).map { [columns[index]] + $0 }
    }
  }

  private static func areDistinct(_ columns: [Int], _ rows: [[UInt64]]) -> Bool {
    var seen: Set<UInt64> = []
    return rows.allSatisfy { row in seen.insert(hash(columns, row)).inserted }
  }

  static func hash(_ columns: [Int], _ row: [UInt64]) -> UInt64 {
    var hash = ValueHash()
    for column in columns { hash.add(row[column]) }
    return hash.value
  }
}
