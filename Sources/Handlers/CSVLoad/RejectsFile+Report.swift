internal import AWS
internal import LambdaRuntime

extension RejectsFile {
  /// What an invocation keeps back to answer in time.
  private static let margin = Duration.milliseconds(500)

  /// Writes what a load refused, once the load is there to stay, and names the object in its report.
  ///
  /// A load that was done before and could not write it then, makes up for it. That it cannot be
  /// written undoes no load: it is said in the report and logged.
  static func write(
    for report: inout LoadReport, of dataset: Dataset, _ context: InvocationContext,
    _ database: inout Database, _ s3: inout S3Client
  ) {
    guard report.status == .loaded || report.status == .alreadyLoaded,
      report.counts.rejected > 0, let load = report.id
    else { return }
    let object = S3Object(bucket: report.bucket, key: key(for: report.key))
    do {
      let isThere = try database.write(context: context) { connection in
        switch try Ledger.rejectsFile(of: load, &connection) {
        case .none: return false
        case .written: return true
        case .wanted(let header):
          try RejectsFile(load: load, header: header, of: dataset).write(
            to: object, timeout: context.deadline.remaining - margin, &connection, &s3)
          try Ledger.noteRejectsFile(of: load, key: object.key, &connection)
          return true
        }
      }
      if isThere { report.rejectsKey = object.key }
    } catch {
      let cause = (error as? LoadFault)?.message ?? "\(error)"
      let reason =
        "the rejects could not be written to \(object.key) and are in sluice.rejects only: \(cause)"
      report.reason = [report.reason, reason].compactMap { $0 }.joined(separator: "; ")
      context.log.warn(
        "Rejects not written",
        ["bucket": .string(object.bucket), "key": .string(object.key), "reason": .string(cause)])
    }
  }
}
