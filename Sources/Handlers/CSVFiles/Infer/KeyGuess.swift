internal import CSV
internal import CSVLoad
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

/// The primary key that is declared for a file, and how sure that is.
struct KeyChoice {
  /// Positions of its columns; none when a key has to be computed of all of them.
  let columns: [Int]
  private let isGiven: Bool
  private let evidence: String

  /// Takes the key that was given, else looks for one.
  init(
    given: [Int], _ survey: borrowing FileSurvey, _ types: [TypeCandidate?], hasHeader: Bool,
    isCut: Bool, _ file: inout LocalFile
  ) throws {
    isGiven = !given.isEmpty
    let scope = isCut ? "of the part that was read" : "of the file"
    if isGiven {
      columns = given
      let missing = given.map { survey.columns[$0].empty }.max() ?? 0
      let repeats = given.count == 1 && survey.columns[given[0]].repeats.hasRepeats
      evidence =
        (missing > 0 ? ", and \(missing) records \(scope) lack it, which a load rejects" : "")
        + (repeats ? ", and its values repeat: of each the last record counts" : "")
      return
    }
    let guess = KeyGuess(survey, types)
    if let column = guess.candidates.first, column.count == 1 {
      columns = column
      let watched = survey.columns[column[0]].repeats.oneIn
      evidence =
        watched == 1
        ? "no value \(scope) is missing or comes twice"
        : "no value \(scope) is missing, and of one in \(watched) none comes twice"
      return
    }
    guard let first = guess.candidates.first else {
      (columns, evidence) = ([], "")
      return
    }
    if survey.rows.count == survey.read {
      columns = first
      evidence = "no combination of values \(scope) comes twice"
    } else if !isCut, let dialect = survey.guess?.dialect, file.rewind() {
      let found = try Self.confirmed(
        guess.candidates, dialect, width: types.count, hasHeader, &file)
      columns = found?.columns ?? []
      let watched = found?.oneIn ?? 1
      evidence =
        watched == 1
        ? "no combination of values \(scope) comes twice"
        : "of one in \(watched) combinations of values none comes twice"
    } else {
      columns = first
      evidence = "no combination of values comes twice in the first \(survey.rows.count) records"
    }
  }

  /// The first of the combinations that no record of the whole file repeats.
  private static func confirmed(
    _ candidates: [[Int]], _ dialect: CSVDialect, width: Int, _ hasHeader: Bool,
    _ file: inout LocalFile
  ) throws -> (columns: [Int], oneIn: Int)? {
    var watches = candidates.map { _ in RepeatWatch(limit: 400_000) }
    var stream = RecordStream(dialect)
    var isHeader = hasHeader
    let take: (borrowing CSVBatch) -> Void = { batch in
      for index in 0..<batch.count {
        let record = batch[index]
        guard record.fault == nil, Int(record.fieldCount) == width else { continue }
        if isHeader {
          isHeader = false
          continue
        }
        for (nth, columns) in candidates.enumerated() where !watches[nth].hasRepeats {
          var hash = ValueHash()
          for column in columns {
            let field = batch.field(column, of: record)
            let value = dialect.value(of: field, in: batch)
            hash.add(ColumnProfile.hash(value.span))
          }
          watches[nth].note(hash.value)
        }
      }
    }
    try file.read { bytes in try stream.consume(bytes, take) }
    try stream.finish(take)
    return watches.firstIndex { !$0.hasRepeats }.map { (candidates[$0], watches[$0].oneIn) }
  }

  /// What a reader should know of it.
  func remarks(_ names: [String]) -> [String] {
    let list = columns.map { names[$0] }.joined(separator: ", ")
    if isGiven { return ["primary key: \(list), as was asked for\(evidence)"] }
    guard columns.isEmpty else { return ["primary key: \(list), for \(evidence)"] }
    return [
      "primary key: no column, nor three together, tells the records apart, so \(ResourceDraft.rowID) "
        + "is computed of all columns, and equal records become one row; to choose columns, give "
        + "--key COLUMN[,COLUMN]"
    ]
  }
}
