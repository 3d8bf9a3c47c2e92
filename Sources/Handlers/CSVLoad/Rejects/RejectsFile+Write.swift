package import AWS
package import Datasets
internal import Glibc
package import LambdaRuntime
internal import Postgres
package import Tables

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
    let reachable = report.refusing.filter { $0.isLocal == (report.bucket == Ledger.fileBucket) }
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
  var isLocal: Bool { bucket == Ledger.fileBucket }
}

extension RejectsFile {
  /// What an invocation keeps back to answer in time.
  private static let margin = Duration.milliseconds(500)

  /// Writes what loads refused into objects of the same buckets.
  static func write(
    for report: inout LoadReport, of dataset: Dataset, in package: DataPackage,
    _ context: InvocationContext, _ database: inout Database, _ s3: inout S3Client
  ) {
    write(for: &report, of: dataset, in: package, context, &database) { file, load, connection in
      try file.write(of: load, context, &connection, &s3)
    }
  }

  /// Writes the objects of loads anew whose waiting records were refused by rows that came by no file.
  package static func rewrite(
    _ loads: [Ledger.Entry], in package: DataPackage, _ context: InvocationContext,
    _ database: inout Database, _ s3: inout S3Client
  ) {
    rewrite(loads.filter { !$0.isLocal }, in: package, context, &database) {
      file, load, connection in
      try file.write(of: load, context, &connection, &s3)
    }
  }

  /// Writes the object of a load, and gives its key.
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
}

extension RejectsFile {
  /// Writes what loads refused into files of their own beside those loaded.
  ///
  /// Nothing is ever overwritten: who mends a file of rejects must not lose it to the next load.
  static func write(
    for report: inout LoadReport, of dataset: Dataset, besideFilesOf package: DataPackage,
    _ context: InvocationContext, _ database: inout Database
  ) {
    write(for: &report, of: dataset, in: package, context, &database) { rejects, load, connection in
      let file = try NewFile(beside: load.key)
      try rejects.pieces(&connection) { piece in try file.write(piece) }
      return file.path
    }
  }
}

/// A file that was not there before.
private struct NewFile: ~Copyable {
  private static let attempts = 1000

  let path: String
  private let descriptor: CInt

  /// Makes `people.rejected.csv` beside `people.csv`, or the next of that name that is free.
  init(beside path: String) throws(LocalFileFault) {
    let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
    let folder = slash.map { path[...$0] } ?? ""
    let name = slash.map { path[path.utf8.index(after: $0)...] } ?? path[...]
    let stem = name.split(separator: ".", maxSplits: 1).first ?? name
    for number in 1...Self.attempts {
      let candidate = "\(folder)\(stem).rejected\(number == 1 ? "" : "-\(number)").csv"
      let descriptor = unsafe open(candidate, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
      if descriptor >= 0 {
        self.path = candidate
        self.descriptor = descriptor
        return
      }
      guard errno == EEXIST else { throw LocalFileFault("\(candidate) cannot be made", errno) }
    }
    throw LocalFileFault("\(folder)\(stem).rejected.csv cannot be made", EEXIST)
  }

  deinit { close(descriptor) }

  func write(_ bytes: [UInt8]) throws(LocalFileFault) {
    var sent = 0
    while sent < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { all in
        unsafe Glibc.write(descriptor, all.baseAddress?.advanced(by: sent), all.count - sent)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw LocalFileFault("\(path) cannot be written", errno) }
      sent += count
    }
  }
}
