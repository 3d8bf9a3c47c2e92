internal import Datasets
internal import LambdaRuntime
internal import Postgres
internal import Tables

/// Turns pending records into rows once their parents exist.
///
/// The tables of the family are locked while this runs, so that no load can put a record off for a
/// parent that is just being inserted.
struct Healing {
  /// The temporary table of the records that are to become rows.
  static let gathered = "sluice_ready"

  /// The dataset that was loaded, and those that depend on it.
  let family: [Dataset]
  let load: Int
  let log: Log

  /// What happened to the pending records.
  struct Outcome {
    /// How many became rows.
    fileprivate(set) var healed = 0
    /// How many of these belong to other loads.
    fileprivate(set) var healedOfOthers = 0
    /// The other loads of which some were rejected, by their ids.
    fileprivate(set) var rejecting: [Int: Ledger.Entry] = [:]
  }

  /// Heals every record that can be healed.
  func run(_ connection: inout PostgresConnection) throws -> Outcome {
    let waiting = try family.filter { dataset in
      try connection.bool(MergeStatements(dataset: dataset).hasPending)
    }
    var outcome = Outcome()
    var before = 0
    repeat {
      before = outcome.healed
      for dataset in waiting { try heal(dataset, into: &outcome, &connection) }
      // A healed record may be the parent that a dataset earlier in the list is waiting for.
    } while outcome.healed > before && waiting.count > 1
    return outcome
  }

  /// Heals the records of one dataset; records that its table rejects stay pending.
  private func heal(
    _ dataset: Dataset, into outcome: inout Outcome, _ connection: inout PostgresConnection
  ) throws {
    try connection.execute("SAVEPOINT sluice_healing")
    let before = outcome
    let refusal: String
    do {
      let statements = MergeStatements(dataset: dataset, source: Self.gathered)
      try move(statements, into: &outcome, &connection)
      return try connection.execute("RELEASE SAVEPOINT sluice_healing")
    } catch let error as PostgresError where error.isRefusal {
      refusal = "\(error)"
    } catch let fault as LoadFault where fault.code == .countMismatch {
      refusal = fault.message
    }
    // The failure of pending records must not fail the load itself.
    outcome = before
    try connection.execute(
      "ROLLBACK TO SAVEPOINT sluice_healing; RELEASE SAVEPOINT sluice_healing")
    log.warn(
      "Pending records were refused by their table",
      ["table": .string(dataset.table), "error": .string(refusal)])
  }

  private func move(
    _ merge: MergeStatements, into outcome: inout Outcome, _ connection: inout PostgresConnection
  ) throws {
    if let statement = merge.supersedeWaiting { try connection.run(statement) }
    try connection.execute(merge.gatherReady)
    var dropped = 0
    repeat {
      dropped = 0
      for statement in merge.dropUnready { dropped += try connection.run(statement) }
      for statement in merge.rejectReady {
        let loads = try connection.rows(statement) { row in
          Ledger.Entry(
            id: try row.int(), bucket: try row.text(), key: try row.text(),
            dataset: try row.text())
        }
        dropped += loads.count
        for other in loads where other.id != load { outcome.rejecting[other.id] = other }
      }
    } while dropped > 0
    let (healed, healedOfOthers) = try connection.row(merge.settleCounts, [.integer(load)]) {
      row in (try row.int(), try row.int())
    }
    outcome.healed += healed
    outcome.healedOfOthers += healedOfOthers
    if healed > 0 {
      _ = try GuardedTable(merge, &connection).write(isEmpty: false, &connection)
      try connection.run(merge.endWaiting)
    }
    try connection.execute("DROP TABLE \(Self.gathered)")
  }
}

extension PostgresError {
  /// Whether a statement failed because of the rows themselves or the shape of their table.
  fileprivate var isRefusal: Bool {
    guard let sqlState else { return false }
    return ["22", "23", "42"].contains(sqlState.classCode)
  }
}
