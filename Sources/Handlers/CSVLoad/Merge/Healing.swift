internal import Datasets
internal import LambdaRuntime
internal import Postgres
internal import Tables

/// Makes rows of the records whose parents have come.
///
/// The tables of the family are locked when this runs, so that no load can put a record off for a
/// parent that is just coming.
struct Healing {
  /// The temporary table of the records that are to be rows.
  static let gathered = "sluice_ready"

  /// The dataset that was loaded, and those that depend on it.
  let family: [Dataset]
  let load: Int
  let context: InvocationContext

  /// What became of records that had waited.
  struct Outcome {
    /// How many are rows now.
    fileprivate(set) var healed = 0
    /// How many of these came with other loads.
    fileprivate(set) var healedOfOthers = 0
    /// The other loads of which some were refused, by their ids.
    fileprivate(set) var refused: [Int: Ledger.Entry] = [:]

    fileprivate mutating func add(_ other: Outcome) {
      healed += other.healed
      healedOfOthers += other.healedOfOthers
      refused.merge(other.refused) { $1 }
    }
  }

  /// Heals all that can be.
  func run(_ connection: inout PostgresConnection) throws -> Outcome {
    let waiting = try family.filter { dataset in
      try connection.row(MergeStatements(dataset: dataset).hasPending) { row in try row.bool() }
    }
    var outcome = Outcome()
    var before = 0
    repeat {
      before = outcome.healed
      for dataset in waiting { outcome.add(try heal(dataset, &connection)) }
      // What was healed may be what a dataset that came before it waits for.
    } while outcome.healed > before && waiting.count > 1
    return outcome
  }

  /// Heals the records of one dataset; those that its table refuses go on waiting.
  private func heal(
    _ dataset: Dataset, _ connection: inout PostgresConnection
  ) throws -> Outcome {
    try connection.execute("SAVEPOINT sluice_healing")
    let refusal: String
    do {
      let outcome = try move(MergeStatements(dataset: dataset, source: Self.gathered), &connection)
      try connection.execute("RELEASE SAVEPOINT sluice_healing")
      return outcome
    } catch let error as PostgresError where error.isRefusal {
      refusal = "\(error)"
    } catch let fault as LoadFault where fault.code == .countMismatch {
      refusal = fault.message
    }
    // The rows that were loaded shall not wait for those that do.
    try connection.execute(
      "ROLLBACK TO SAVEPOINT sluice_healing; RELEASE SAVEPOINT sluice_healing")
    context.log.warn(
      "Pending records were refused by their table",
      ["table": .string(dataset.table), "error": .string(refusal)])
    return Outcome()
  }

  private func move(
    _ merge: MergeStatements, _ connection: inout PostgresConnection
  ) throws -> Outcome {
    if let statement = merge.supersedeWaiting { try connection.run(statement) }
    try connection.execute(merge.gatherReady)
    var outcome = Outcome()
    var dropped = 0
    repeat {
      dropped = 0
      for statement in merge.dropUnready { dropped += try connection.run(statement) }
      for statement in merge.refuseReady {
        let loads = try refuse(statement, &connection)
        dropped += loads.count
        for other in loads where other.id != load { outcome.refused[other.id] = other }
      }
    } while dropped > 0
    (outcome.healed, outcome.healedOfOthers) = try connection.row(
      merge.settleCounts, [.integer(load)]
    ) { row in (try row.int(), try row.int()) }
    if outcome.healed > 0 {
      _ = try GuardedTable(merge, &connection).write(isEmpty: false, &connection)
      try connection.run(merge.endWaiting)
    }
    try connection.execute("DROP TABLE \(Self.gathered)")
    return outcome
  }

  /// Runs a statement that moves records to the rejects of their loads, and says which these are.
  private func refuse(
    _ statement: String, _ connection: inout PostgresConnection
  ) throws -> [Ledger.Entry] {
    try connection.rows(statement) { row in
      Ledger.Entry(
        id: try row.int(), bucket: try row.text(), key: try row.text(), dataset: try row.text())
    }
  }
}

extension PostgresError {
  /// Whether the rows themselves, or the shape of their table, stand against a statement.
  fileprivate var isRefusal: Bool {
    guard let sqlState else { return false }
    return ["22", "23", "42"].contains(sqlState.classCode)
  }
}
