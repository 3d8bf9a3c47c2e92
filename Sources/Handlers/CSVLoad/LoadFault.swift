internal import AWS
internal import Compression
internal import Datasets
internal import LambdaRuntime
internal import Postgres

/// Why an object was not loaded, and whether a retry may succeed.
package struct LoadFault: FunctionError {
  /// Stable codes, as reports and `sluice.loads` show them.
  package enum Code: String, Sendable {
    case noDataset = "no-dataset"
    case bucketRefused = "bucket-refused"
    case emptyObject = "empty-object"
    case notCSV = "not-csv"
    case wrongEncoding = "wrong-encoding"
    case compressionRefused = "compression-refused"
    case objectDamaged = "object-damaged"
    case wrongShape = "wrong-shape"
    case stillReferenced = "still-referenced"
    case tooManyRejects = "too-many-rejects"
    case headerMismatch = "header-mismatch"
    case objectMissing = "object-missing"
    case objectDenied = "object-denied"
    case objectUnavailable = "object-unavailable"
    case databaseUnavailable = "database-unavailable"
    case databaseRefused = "database-refused"
    case tableMismatch = "table-mismatch"
    case outOfTime = "out-of-time"
    case countMismatch = "count-mismatch"
    case interrupted
  }

  package let code: Code
  package let message: String
  package let isRetriable: Bool

  package init(_ code: Code, _ message: String, isRetriable: Bool = false) {
    self.code = code
    self.message = message
    self.isRetriable = isRetriable
  }

  /// The code as a name of the Runtime API: `no-dataset` becomes `NoDataset`.
  package var errorType: String {
    code.rawValue.split(separator: "-").map { word in
      word == "csv" ? "CSV" : word.prefix(1).uppercased() + word.dropFirst()
    }.joined()
  }
}

extension LoadFault {
  /// Any error that ended a load.
  package init(cause: any Error) {
    self =
      switch cause {
      case let fault as LoadFault: fault
      case let error as CompressionError: LoadFault(error)
      case let error as PostgresError: LoadFault(error)
      case let error as AWSError: LoadFault(error)
      case let fault as BinaryRowFault:
        LoadFault(.databaseRefused, fault.description, isRetriable: true)
      case let fault as DataPackageFault:
        LoadFault(.tableMismatch, fault.message, isRetriable: true)
      default: LoadFault(.objectUnavailable, "\(cause)", isRetriable: true)
      }
  }

  /// An error of the database; a retry may always succeed.
  init(_ error: PostgresError) {
    let (code, what): (Code, String) =
      if error.isTimeout {
        (.outOfTime, "the time of the invocation ran out in the database")
      } else if error.code == .setting || error.isLoginRefused
        || error.sqlState == .invalidCatalogName
      {
        (.databaseUnavailable, "the database could not be logged in to")
      } else if error.isReadOnly {
        (.databaseUnavailable, "the database takes no writes, as a standby or after a failover")
      } else if error.isConflict {
        (.databaseUnavailable, "other transactions were in the way again and again")
      } else if error.sqlState?.classCode == "53" {
        (.databaseUnavailable, "the database has no room, memory or connection to spare")
      } else if error.isConnectionLoss || error.isTransient {
        (.databaseUnavailable, "the database is away")
      } else {
        (.databaseRefused, "the database refused the load")
      }
    self.init(code, "\(what): \(error)", isRetriable: true)
  }

  /// An error of S3: a missing object stays missing; everything else may succeed when retried.
  init(_ error: AWSError) {
    if error.code == "TimedOut" {
      self.init(
        .outOfTime, "the time of the invocation ran out while the object was read",
        isRetriable: true)
      return
    }
    switch error.status {
    case 404:
      self.init(.objectMissing, "the object does not exist (\(error.code))")
    case 401, 403:
      // S3 also answers this for a missing object if the role cannot list the bucket.
      self.init(
        .objectDenied,
        "the object may not be read (\(error.code)); expected s3:GetObject for the function's role",
        isRetriable: true)
    default:
      self.init(.objectUnavailable, "the object could not be read: \(error)", isRetriable: true)
    }
  }

  /// An error of decompression, which is permanent unless memory ran out.
  init(_ error: CompressionError) {
    switch error.code {
    case .truncated, .damaged:
      self.init(.objectDamaged, "\(error); nothing was changed")
    case .tooDense, .unsupported:
      self.init(.compressionRefused, "\(error); nothing was changed")
    case .outOfMemory:
      self.init(.objectUnavailable, "\(error)", isRetriable: true)
    }
  }
}
