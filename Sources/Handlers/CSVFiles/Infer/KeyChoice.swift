internal import CSV
internal import CSVLoad

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
    var text = TextStream()
    var parser = CSVParser(dialect: dialect)
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
    try file.read { bytes in
      try text.consume(bytes) { text in parser.consume(text, take) }
    }
    try text.finish { text in parser.consume(text, take) }
    parser.finish(take)
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
