internal import AWS
internal import LambdaRuntime

extension RejectsFile {
  /// What an invocation keeps back to answer in time.
  private static let margin = Duration.milliseconds(500)

  /// Writes what loads refused into objects of the same buckets.
  static func write(
    for report: inout LoadReport, of dataset: Dataset, in package: DataPackage,
    _ context: InvocationContext, _ database: inout Database, _ s3: inout S3Client
  ) {
    write(for: &report, of: dataset, in: package, context, &database) { file, load, connection in
      let object = S3Object(bucket: load.bucket, key: key(for: load.key))
      try s3.upload(
        object, contentType: "text/csv; charset=utf-8",
        timeout: context.deadline.remaining - margin
      ) { writer in
        try file.lines(&connection) { line in try writer.write(line) }
      }
      return object.key
    }
  }
}
