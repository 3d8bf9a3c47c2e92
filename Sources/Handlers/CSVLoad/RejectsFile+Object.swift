package import AWS
package import Datasets
package import LambdaRuntime
internal import Postgres
package import Tables

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
