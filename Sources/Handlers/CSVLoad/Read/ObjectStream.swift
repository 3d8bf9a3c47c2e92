internal import AWS
internal import Datasets
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
    _ context: InvocationContext, _ connection: inout PostgresConnection, _ s3: inout S3Client,
    onProgress: LoadProgress.Watcher?
  ) throws -> Read {
    var read = Read()
    var stream = RecordStream(writer.dataset.dialect)
    do {
      read.head = try s3.download(
        target, ifMatch: version.versionID == nil ? version.eTag : nil,
        timeout: context.deadline.remaining - margin,
        onInterruption: { cause, received in note(cause, received, target, context) },
        receive: { head, bytes in
          read.bytes += bytes.count
          try stream.consume(bytes) { batch in try writer.take(batch, &connection) }
          let size = head.size.map { Int($0) }
          if stream.isPlain { writer.policy.textBytes = size }
          try onProgress?(writer.progress(read.bytes, of: size, connection))
        })
      try stream.finish(of: writer.dataset) { batch in try writer.take(batch, &connection) }
    } catch is RecordWriter.Hopeless {
      // The rows so far are all refused; the writer knows.
    }
    return read
  }

  private static func note(
    _ cause: AWSError, _ received: Int64, _ target: S3Object, _ context: InvocationContext
  ) {
    context.log.info(
      "Download interrupted; going on where it was",
      [
        "bucket": .string(target.bucket), "key": .string(target.key),
        "bytes": .integer(Int(received)), "reason": .string("\(cause)"),
      ])
  }
}

extension RecordWriter {
  /// How far the load is, after so many bytes of the file.
  func progress(
    _ bytes: Int, of size: Int?, _ connection: borrowing PostgresConnection
  ) -> LoadProgress {
    LoadProgress(
      bytes: bytes, size: size, read: counts.read, rejected: counts.rejected,
      backendID: connection.backendID)
  }
}
