internal import AWS
package import Datasets
package import LambdaRuntime
internal import Postgres
internal import System
internal import Tables

/// Loads files of this machine as ``ObjectLoader`` loads objects: by the same transaction and ledger.
///
/// In the ledger the bucket is `file` and the key the path. A file has no version of its own, so the
/// ETag is the SHA-256 of its bytes, and the table they go to.
package struct FileLoader: ~Copyable {
  let package: DataPackage
  package var options = LoadOptions()
  private var database: Database

  package init(package: DataPackage, variables: EnvironmentVariables) throws {
    database = try Database(variables: variables, package: package)
    self.package = package
  }

  /// Loads a file and reports what came of it.
  ///
  /// The path is one from the root, so that it names the file wherever it is loaded from. A file
  /// whose content can never be loaded is recorded in the ledger and reported as failed.
  ///
  /// - Throws: ``LoadFault`` for everything else; nothing was changed then.
  package mutating func load(
    _ path: String, context: InvocationContext
  ) throws(LoadFault) -> LoadReport {
    let start = Instant.now
    let dataset = try dataset(of: path)
    var report = LoadReport(bucket: Ledger.fileBucket, key: path, status: .ignored)
    report.table = dataset.table
    var version: Ledger.Version?
    do {
      var file = try LocalFile(path)
      guard file.size != nil else {
        throw LoadFault(
          .objectUnavailable,
          "it is no regular file; expected one, which can be told from what was loaded before",
          isRetriable: true)
      }
      let state = file.state
      let known = Ledger.Version(
        bucket: Ledger.fileBucket, key: path, eTag: "\(try file.digest())/\(dataset.table)")
      version = known
      let transaction = LoadTransaction(
        version: known, dataset: dataset, family: package.family(of: dataset), options: options,
        start: start, context: context)
      report = try run(transaction, report, &file, state)
      RejectsFile.write(for: &report, of: dataset, besideFilesOf: package, context, &database)
      return report
    } catch {
      let failure = LoadFault(cause: error)
      guard !failure.isRetriable, let version else { throw failure }
      report.status = .failed
      report.code = failure.code.rawValue
      report.reason = failure.message
      report.seconds = start.duration(to: .now).seconds
      report.id = try Ledger.recordFailure(report, version, dataset: dataset, context, &database)
      return report
    }
  }

  private func dataset(of path: String) throws(LoadFault) -> Dataset {
    guard let dataset = options.dataset ?? package.dataset(forFile: path) else {
      // A name that was mistyped belongs to no dataset either.
      do { _ = try LocalFile(path) } catch { throw LoadFault(cause: error) }
      throw LoadFault(
        .noDataset,
        "the file belongs to no dataset; expected its name to begin with that of one of "
          + package.names)
    }
    return dataset
  }

  private mutating func run(
    _ transaction: LoadTransaction, _ blank: LoadReport, _ file: inout LocalFile, _ state: [Int]
  ) throws -> LoadReport {
    let onProgress = options.onProgress
    return try transaction.run(blank, &database) { writer, connection in
      // A load that lost against another transaction begins anew.
      guard file.rewind() else {
        throw LoadFault(.objectUnavailable, "the file cannot be read twice", isRetriable: true)
      }
      let read = try Self.read(&file, into: &writer, &connection, onProgress)
      // What was read has to be what the digest is of.
      guard file.state == state else {
        throw LoadFault(
          .objectUnavailable, "the file was changed while it was read; nothing was changed",
          isRetriable: true)
      }
      return read
    }
  }

  private static func read(
    _ file: inout LocalFile, into writer: inout RecordWriter,
    _ connection: inout PostgresConnection, _ onProgress: LoadProgress.Watcher?
  ) throws -> ObjectStream.Read {
    let size = file.size
    var stream = RecordStream(writer.dataset.dialect)
    do {
      try file.read { bytes in
        try stream.consume(bytes) { batch in try writer.take(batch, &connection) }
        if stream.isPlain { writer.policy.textBytes = size }
        try onProgress?(writer.progress(stream.bytes, of: size, connection))
      }
      try stream.finish(of: writer.dataset) { batch in try writer.take(batch, &connection) }
    } catch is RecordWriter.Hopeless {
      // The rows so far are all refused; the writer knows.
    }
    return ObjectStream.Read(bytes: stream.bytes)
  }
}
