internal import AWS
internal import Postgres

extension LoadFault {
  /// The database's part in a load that failed: trying later may help, whatever it was.
  init(_ error: PostgresError) {
    if error.isTimeout {
      self.init(
        .outOfTime, "the time of the invocation ran out in the database: \(error)",
        isRetriable: true)
    } else if error.isConnectionLoss || error.isTransient {
      self.init(
        .databaseUnavailable, "the database is away: \(error)", isRetriable: true)
    } else {
      self.init(.databaseRefused, "the database refused the load: \(error)", isRetriable: true)
    }
  }

  /// S3's part in a load that failed: an object that is gone stays gone, all else may mend.
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
      // S3 also answers so for a missing object when its bucket may not be listed.
      self.init(
        .objectDenied,
        "the object may not be read (\(error.code)); expected s3:GetObject for the function's role",
        isRetriable: true)
    default:
      self.init(.objectUnavailable, "the object could not be read: \(error)", isRetriable: true)
    }
  }
}
