package import AWS
package import Datasets
package import LambdaRuntime
internal import Postgres
internal import System
package import Tables

extension RejectsFile {
  /// Writes a load's reject file to its place and returns the name of that place.
  typealias Destination = (RejectsFile, Ledger.Entry, inout PostgresConnection) throws -> String

  /// Writes the records that a committed load rejected and names the file in its report.
  ///
  /// A repeated load writes the file if the first one could not. A file that cannot be written does
  /// not undo the load: the report and the log say so. The files of loads whose pending records
  /// this one rejected are rewritten if they belong to the same kind of place.
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
      let (key, obstacle) = write(load, of: dataset, context, &database, by: destination)
      report.rejectsKey = key
      if let obstacle {
        report.reason = [report.reason, obstacle].compactMap { $0 }.joined(separator: "; ")
      }
    }
    let reachable = report.refusing.filter { $0.isLocal == (report.bucket == Ledger.fileBucket) }
    rewrite(reachable, in: package, context, &database, by: destination)
  }

  /// Rewrites the files of loads whose pending records were rejected.
  static func rewrite(
    _ loads: [Ledger.Entry], in package: DataPackage, _ context: InvocationContext,
    _ database: inout Database, by destination: Destination
  ) {
    for load in loads {
      guard let dataset = package.dataset(named: load.dataset) else { continue }
      _ = write(load, of: dataset, context, &database, by: destination)
    }
  }

  /// Writes the file of one load unless it exists or a newer load of the key owns its place;
  /// returns its name, or why it could not be written.
  private static func write(
    _ load: Ledger.Entry, of dataset: Dataset, _ context: InvocationContext,
    _ database: inout Database, by destination: Destination
  ) -> (key: String?, obstacle: String?) {
    do {
      let key: String? = try database.write(context: context) { connection in
        try connection.transaction { connection in
          // The lock keeps a newer load from committing, and from writing its own file, before this
          // one is written.
          try connection.lockLoads(of: load.key, in: load.bucket)
          guard let (header, known) = try connection.rejectsObject(ofLoad: load.id) else {
            return nil
          }
          if let known { return known }
          let file = RejectsFile(load: load.id, header: header, of: dataset)
          let key = try destination(file, load, &connection)
          try connection.run(
            "UPDATE sluice.loads SET rejects_key = $2 WHERE id = $1",
            [.integer(load.id), .text(key)])
          return key
        }
      }
      return (key, nil)
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
}

extension RejectsFile {
  /// The time an invocation reserves to answer.
  private static let margin = Duration.milliseconds(500)

  /// Writes the rejects of loads to objects in the same buckets.
  static func write(
    for report: inout LoadReport, of dataset: Dataset, in package: DataPackage,
    _ context: InvocationContext, _ database: inout Database, _ s3: inout S3Client
  ) {
    write(for: &report, of: dataset, in: package, context, &database) { file, load, connection in
      try file.write(of: load, context, &connection, &s3)
    }
  }

  /// Rewrites the objects of loads whose pending records were rejected because of inserted rows.
  package static func rewrite(
    _ loads: [Ledger.Entry], in package: DataPackage, _ context: InvocationContext,
    _ database: inout Database, _ s3: inout S3Client
  ) {
    rewrite(loads.filter { !$0.isLocal }, in: package, context, &database) {
      file, load, connection in
      try file.write(of: load, context, &connection, &s3)
    }
  }

  /// Writes the object of a load and returns its key.
  private func write(
    of load: Ledger.Entry, _ context: InvocationContext, _ connection: inout PostgresConnection,
    _ s3: inout S3Client
  ) throws -> String {
    let object = S3Object(bucket: load.bucket, key: Self.key(for: load.key))
    try s3.upload(
      object, contentType: "text/csv; charset=utf-8",
      timeout: context.deadline.remaining - Self.margin
    ) { writer in
      try pieces(&connection) { piece in try writer.write(piece) }
    }
    return object.key
  }

  /// Writes the rejects of loads to new files next to the loaded ones.
  ///
  /// It never overwrites a file: someone who corrects a reject file must not lose it to the next
  /// load.
  static func write(
    for report: inout LoadReport, of dataset: Dataset, besideFilesOf package: DataPackage,
    _ context: InvocationContext, _ database: inout Database
  ) {
    write(for: &report, of: dataset, in: package, context, &database) { rejects, load, connection in
      let new = try create(beside: load.key)
      do {
        try rejects.pieces(&connection) { piece in try new.file.write(piece.span) }
      } catch let error as SystemError {
        throw LocalFileFault("\(new.path) cannot be written", error)
      }
      return new.path
    }
  }

  /// Creates `people.rejected.csv` next to `people.csv`, or the next free name of that kind.
  private static func create(beside path: String) throws -> NewFile {
    let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
    let folder = slash.map { path[...$0] } ?? ""
    let name = slash.map { path[path.utf8.index(after: $0)...] } ?? path[...]
    let stem = name.split(separator: ".", maxSplits: 1).first ?? name
    var number = 1
    while true {
      let candidate = "\(folder)\(stem).rejected\(number == 1 ? "" : "-\(number)").csv"
      do throws(SystemError) {
        return NewFile(file: try OpenFile(candidate, for: .creating), path: candidate)
      } catch {
        guard error.isExistingFile, number < 1000 else {
          throw LocalFileFault("\(candidate) cannot be made", error)
        }
      }
      number += 1
    }
  }

  /// A file that did not exist before.
  private struct NewFile: ~Copyable {
    let file: OpenFile
    let path: String
  }
}
