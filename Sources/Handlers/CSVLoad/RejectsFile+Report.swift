internal import Datasets
internal import LambdaRuntime
internal import Postgres
internal import Tables

extension RejectsFile {
  /// Takes a load's file of rejects to its place, and says what that is called.
  typealias Destination = (RejectsFile, Ledger.Entry, inout PostgresConnection) throws -> String

  /// Writes what a load refused, once the load is there to stay, and names the file in its report.
  ///
  /// A load that was done before and could not write it then, makes up for it. That it cannot be
  /// written undoes no load: it is said in the report and logged. The files of loads whose waiting
  /// records this one refused are written anew, as far as they go to the same kind of place.
  static func write(
    for report: inout LoadReport, of dataset: Dataset, in package: DataPackage,
    _ context: InvocationContext, _ database: inout Database, by destination: Destination
  ) {
    guard report.status == .loaded || report.status == .alreadyLoaded, let id = report.id else {
      return
    }
    if report.counts.rejected > 0 {
      let load = Ledger.Entry(
        id: id, bucket: report.bucket, key: report.key, dataset: dataset.name)
      let (key, obstacle) = attempt(load, of: dataset, context, &database, by: destination)
      report.rejectsKey = key
      if let obstacle {
        report.reason = [report.reason, obstacle].compactMap { $0 }.joined(separator: "; ")
      }
    }
    let reachable = report.refusing.filter { $0.isLocal == (report.bucket == FileLoader.bucket) }
    rewrite(reachable, in: package, context, &database, by: destination)
  }

  /// Writes the files of loads anew whose waiting records were refused.
  static func rewrite(
    _ loads: [Ledger.Entry], in package: DataPackage, _ context: InvocationContext,
    _ database: inout Database, by destination: Destination
  ) {
    for load in loads {
      guard let dataset = package.dataset(named: load.dataset) else { continue }
      _ = attempt(load, of: dataset, context, &database, by: destination)
    }
  }

  /// Writes the file of one load if it can be done; gives what it is called, or what stood against it.
  private static func attempt(
    _ load: Ledger.Entry, of dataset: Dataset, _ context: InvocationContext,
    _ database: inout Database, by destination: Destination
  ) -> (key: String?, obstacle: String?) {
    do {
      return (try write(load, of: dataset, context, &database, by: destination), nil)
    } catch {
      let cause = (error as? LoadFault)?.message ?? "\(error)"
      context.log.warn(
        "Rejects not written",
        ["bucket": .string(load.bucket), "key": .string(load.key), "reason": .string(cause)])
      let place = load.isLocal ? "a file beside \(load.key)" : key(for: load.key)
      return (
        nil, "the rejects could not be written to \(place) and are in sluice.rejects only: \(cause)"
      )
    }
  }

  /// Writes the file of one load unless it stands, or a newer load of the key has its place; gives
  /// what it is called.
  ///
  /// The lock keeps the newer load from ending, and from writing its own, before this one is written.
  private static func write(
    _ load: Ledger.Entry, of dataset: Dataset, _ context: InvocationContext,
    _ database: inout Database, by destination: Destination
  ) throws -> String? {
    try database.write(context: context) { connection in
      try connection.transaction { connection in
        try Ledger.lock(load.bucket, load.key, &connection)
        switch try Ledger.rejectsFile(of: load.id, &connection) {
        case .none: return nil
        case .written(let key): return key
        case .wanted(let header):
          let key = try destination(
            RejectsFile(load: load.id, header: header, of: dataset), load, &connection)
          try Ledger.noteRejectsFile(of: load.id, key: key, &connection)
          return key
        }
      }
    }
  }
}

extension Ledger.Entry {
  /// Whether it is a load of a file of some machine.
  var isLocal: Bool { bucket == FileLoader.bucket }
}
