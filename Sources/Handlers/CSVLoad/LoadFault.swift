internal import LambdaRuntime

/// Why an object was not loaded, and whether trying again later can help.
package struct LoadFault: FunctionError {
  /// Stable names, as they stand in reports and in `sluice.loads`.
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
