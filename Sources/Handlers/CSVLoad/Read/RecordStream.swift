package import CSV
internal import Compression
package import Datasets
package import Postgres

/// Splits the bytes of a file, compressed or not, into its records.
package struct RecordStream: ~Copyable {
  private var text = TextStream()
  private var parser: CSVParser
  /// The bytes of the file so far, as stored.
  package private(set) var bytes = 0

  package init(_ dialect: CSVDialect) {
    parser = CSVParser(dialect: dialect)
  }

  /// Whether the file is known not to be compressed.
  package var isPlain: Bool { text.isPlain }

  /// Reads the file's next bytes and lends the records they complete.
  package mutating func consume(
    _ piece: Span<UInt8>, _ body: (borrowing CSVBatch) throws -> Void
  ) throws {
    bytes += piece.count
    try text.consume(piece) { text in try parser.consume(text, body) }
  }

  /// Ends the file and lends the records that are still open.
  ///
  /// - Throws: ``LoadFault`` if the file is empty, unless the dataset allows that.
  package mutating func finish(
    of dataset: Dataset? = nil, _ body: (borrowing CSVBatch) throws -> Void
  ) throws {
    try text.finish { text in try parser.consume(text, body) }
    if text.bytesGiven == 0, let dataset, !dataset.allowsEmpty {
      let size = text.compression.map { "\(bytes) bytes of \($0.rawValue) data that hold 0 bytes" }
      throw LoadFault(
        .emptyObject,
        "the object is empty: \(size ?? "0 bytes"); expected CSV records of \(dataset.name): "
          + dataset.fieldList)
    }
    try parser.finish(body)
  }
}

extension RecordWriter {
  /// Reads a whole file, whose source passes on the bytes as they arrive, with the file's size if
  /// known.
  ///
  /// - Returns: The result of the source; nil if reading stopped because no record can be loaded.
  @discardableResult package mutating func read<R>(
    _ connection: inout PostgresConnection, onProgress: LoadProgress.Watcher? = nil,
    from source: (_ receive: (Span<UInt8>, _ size: Int?) throws -> Void) throws -> R
  ) throws -> R? {
    var stream = RecordStream(dataset.dialect)
    var result: R?
    do {
      result = try source { piece, size in
        bytes += piece.count
        try stream.consume(piece) { batch in try take(batch, &connection) }
        if stream.isPlain { policy.textBytes = size }
        guard let onProgress else { return }
        var progress = LoadProgress(backendID: connection.backendID)
        (progress.bytes, progress.size) = (bytes, size)
        (progress.read, progress.rejected) = (counts.read, counts.rejected)
        try onProgress(progress)
      }
      try stream.finish(of: dataset) { batch in try take(batch, &connection) }
    } catch is Hopeless {
      // Every record so far was rejected, and `refusal` says so.
    }
    return result
  }
}

/// Decompresses the bytes of an object.
///
/// gzip and zstd are recognized by their first bytes, whatever the object's name. Formats known not
/// to be UTF-8 text are rejected before any byte is passed on.
package struct TextStream: ~Copyable {
  /// The object's compression, if any, once it is known.
  private(set) var compression: CompressionFormat?
  /// The bytes of text that were passed on.
  private(set) var bytesGiven = 0

  package init() {}

  /// Whether the object is known not to be compressed.
  var isPlain: Bool { object.isOver && compression == nil }

  private var decompressor: Decompressor?
  private var object = Opening()
  private var text = Opening()

  /// Reads the object's next bytes and lends the text in them.
  package mutating func consume(
    _ bytes: Span<UInt8>, _ body: (Span<UInt8>) throws -> Void
  ) throws {
    if object.isOver { return try pass(bytes, body) }
    guard object.isEnough(bytes) else { return }
    try open(body)
  }

  /// Ends the object.
  package mutating func finish(_ body: (Span<UInt8>) throws -> Void) throws {
    if !object.isOver { try open(body) }
    guard let decompressor = decompressor.take() else { return }
    try decompressor.finish()
    if !text.isOver { try openText(body) }
  }

  /// Inspects the object's first bytes and passes them on.
  private mutating func open(_ body: (Span<UInt8>) throws -> Void) throws {
    let bytes = object.end()
    if let format = CompressionFormat(opening: bytes.span) {
      compression = format
      decompressor = try Decompressor(format)
    } else {
      try refuseOtherFormats(bytes.span)
    }
    try pass(bytes.span, body)
  }

  private mutating func pass(
    _ bytes: Span<UInt8>, _ body: (Span<UInt8>) throws -> Void
  ) throws {
    guard var decompressor = decompressor.take() else {
      bytesGiven += bytes.count
      return try body(bytes)
    }
    try decompressor.consume(bytes) { bytes in
      if text.isOver {
        bytesGiven += bytes.count
        try body(bytes)
      } else if text.isEnough(bytes) {
        try openText(body)
      }
    }
    self.decompressor = consume decompressor
  }

  /// Inspects the first decompressed bytes and passes them on.
  private mutating func openText(_ body: (Span<UInt8>) throws -> Void) throws {
    let bytes = text.end()
    try refuseOtherFormats(bytes.span)
    bytesGiven += bytes.count
    try body(bytes.span)
  }

  private func refuseOtherFormats(_ bytes: Span<UInt8>) throws(LoadFault) {
    let place = compression.map { " within its \($0.rawValue) data" } ?? ""
    if let encoding = WideEncoding(opening: bytes) {
      throw LoadFault(
        .wrongEncoding,
        "the object is \(encoding.name) text\(place); expected UTF-8: convert it with "
          + "\"iconv -f \(encoding.name) -t UTF-8\", or save it as \"CSV UTF-8\"")
    }
    if let name = FileSignature.name(of: bytes) {
      throw LoadFault(.notCSV, "the object is no CSV file but\(place) \(name)")
    }
    if compression != nil, let format = CompressionFormat(opening: bytes) {
      throw LoadFault(
        .notCSV, "the object holds \(format.rawValue) data\(place); expected it compressed once")
    }
  }
}

/// The first bytes of a stream, kept until there are enough to recognize its format.
private struct Opening {
  private var bytes: [UInt8] = []
  private(set) var isOver = false

  /// Keeps bytes and returns whether they are enough now.
  mutating func isEnough(_ more: Span<UInt8>) -> Bool {
    unsafe more.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
    return bytes.count >= FileSignature.openingBytes
  }

  /// Hands over the bytes; later ones need not be kept.
  mutating func end() -> [UInt8] {
    isOver = true
    defer { bytes = [] }
    return bytes
  }
}
