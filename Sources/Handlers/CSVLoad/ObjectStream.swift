internal import AWS
internal import CSV
internal import LambdaRuntime
internal import Postgres

/// The bytes of an object on their way from S3 through the parser into a writer.
enum ObjectStream {
  /// What was read.
  struct Read {
    var bytes = 0
    var head: S3ObjectHead?
  }

  /// What an invocation keeps back to merge, to answer, or to report that time ran out.
  private static let margin = Duration.seconds(1)

  /// Streams an object into a writer, whole or until the writer sees no point in going on.
  static func read(
    _ target: S3Object, _ version: Ledger.Version, into writer: inout RecordWriter,
    _ context: InvocationContext, _ connection: inout PostgresConnection, _ s3: inout S3Client
  ) throws -> Read {
    var read = Read()
    var parser = CSVParser(dialect: writer.dataset.dialect)
    do {
      read.head = try s3.get(
        target, ifMatch: version.versionID == nil ? version.eTag : nil,
        timeout: context.deadline.remaining - margin
      ) { _, bytes in
        if read.bytes == 0 && bytes.count > 0 { try refuseOtherFormats(bytes) }
        read.bytes += bytes.count
        try parser.consume(bytes) { batch in try writer.take(batch, &connection) }
      }
      guard read.bytes > 0 else {
        throw LoadFault(
          .emptyObject,
          "the object is empty: 0 bytes; expected CSV records of \(writer.dataset.name): "
            + writer.dataset.fieldList)
      }
      try parser.finish { batch in try writer.take(batch, &connection) }
    } catch is RecordWriter.Hopeless {
      // The rows so far are all refused; the writer knows.
    }
    return read
  }

  private static func refuseOtherFormats(_ bytes: Span<UInt8>) throws(LoadFault) {
    guard let name = FileSignature.name(of: bytes) else { return }
    throw LoadFault(.notCSV, "the object is no CSV file but \(name)")
  }
}
