internal import AWS
package import Datasets
package import LambdaRuntime
internal import Postgres
internal import System
internal import Tables

/// Loads local files as ``ObjectLoader`` loads objects, with the same transaction and ledger.
///
/// In the ledger, the bucket is `file` and the key is the path. A file has no version of its own,
/// so its ETag is the SHA-256 of its bytes and the table they are loaded into.
package struct FileLoader: ~Copyable {
  let package: DataPackage
  package var options = LoadOptions()
  private var database: Database

  package init(package: DataPackage, variables: EnvironmentVariables) throws {
    database = try Database(variables: variables, package: package)
    self.package = package
  }

  /// Loads a file and reports the result.
  ///
  /// The path must be absolute, so that it names the file wherever it is loaded from. A file whose
  /// content can never be loaded is recorded in the ledger and reported as failed.
  ///
  /// - Throws: ``LoadFault`` for every other failure; nothing was changed then.
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
      report.fail(failure)
      report.seconds = start.duration(to: .now).seconds
      report.id = try database.recordFailure(report, version, dataset, context)
      return report
    }
  }

  private func dataset(of path: String) throws(LoadFault) -> Dataset {
    guard let dataset = options.dataset ?? package.dataset(forFile: path) else {
      // A mistyped name belongs to no dataset either.
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
    try transaction.run(blank, &database) { receive in
      // A load that lost against another transaction starts over.
      guard file.rewind() else {
        throw LoadFault(.objectUnavailable, "the file cannot be read twice", isRetriable: true)
      }
      let size = file.size
      let reading = Result { try file.read { bytes in try receive(bytes, size) } }
      // The digest has to be that of the bytes that were read.
      guard file.state == state else {
        throw LoadFault(
          .objectUnavailable, "the file was changed while it was read; nothing was changed",
          isRetriable: true)
      }
      try reading.get()
      return nil
    }
  }
}
