internal import LambdaRuntime
internal import Postgres

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

  /// Heals all that can be, and says how many records of other loads that were.
  func run(_ connection: inout PostgresConnection) throws -> Int {
    let waiting = try family.filter { dataset in
      try connection.query(Merge(dataset: dataset).hasPending) { result in
        try result.bool(row: 0, column: 0)
      }
    }
    var others = 0
    var healed = 0
    repeat {
      healed = 0
      for dataset in waiting {
        let outcome = try heal(dataset, &connection)
        healed += outcome.all
        others += outcome.others
      }
      // What was healed may be what a dataset that came before it waits for.
    } while healed > 0 && waiting.count > 1
    return others
  }

  /// Heals the records of one dataset; those that its table refuses go on waiting.
  private func heal(
    _ dataset: Dataset, _ connection: inout PostgresConnection
  ) throws -> (all: Int, others: Int) {
    try connection.execute("SAVEPOINT sluice_healing")
    do {
      let outcome = try move(Merge(dataset: dataset, source: Self.gathered), &connection)
      try connection.execute("RELEASE SAVEPOINT sluice_healing")
      return outcome
    } catch let error as PostgresError where error.isRefusal {
      // The rows that were loaded shall not wait for those that do.
      try connection.execute(
        "ROLLBACK TO SAVEPOINT sluice_healing; RELEASE SAVEPOINT sluice_healing")
      context.log.warn(
        "Pending records were refused by their table",
        ["table": .string(dataset.table), "error": .string("\(error)")])
      return (0, 0)
    }
  }

  private func move(
    _ merge: Merge, _ connection: inout PostgresConnection
  ) throws -> (all: Int, others: Int) {
    try Database.limit(&connection, context)
    try connection.execute(merge.gatherReady)
    var dropped = 0
    repeat {
      dropped = 0
      for statement in merge.dropUnready + merge.refuseReady {
        dropped += try connection.run(statement)
      }
    } while dropped > 0
    let outcome = try connection.query(merge.settleCounts, [.integer(load)]) { result in
      (all: try result.int(row: 0, column: 0), others: try result.int(row: 0, column: 1))
    }
    if outcome.all > 0 {
      try Database.limit(&connection, context)
      if let update = merge.update { try connection.run(update) }
      try connection.run(merge.insert)
      try connection.run(merge.endWaiting)
    }
    try connection.execute("DROP TABLE \(Self.gathered)")
    return outcome
  }
}

extension PostgresError {
  /// Whether the rows themselves, or the shape of their table, stand against a statement.
  fileprivate var isRefusal: Bool {
    guard let sqlState else { return false }
    return ["22", "23", "42"].contains(sqlState.classCode)
  }
}
