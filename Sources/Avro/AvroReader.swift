internal import Compression

/// Reads an object container file that arrives in pieces, and lends its rows.
///
/// No more than one block is in memory, and no block is larger than
/// ``AvroWriter/largestBlockBytes``. Whatever stands in the file, it is read or refused with an
/// ``AvroError``.
public struct AvroReader: ~Copyable {
  private static let largestHeaderBytes = 1 << 20

  /// What the rows consist of; nil until the header is read.
  public private(set) var schema: AvroSchema?
  /// The rows read so far.
  public private(set) var rows = 0

  private var inflater: Inflater
  private var marker: [UInt8] = []
  /// The bytes that came and make no whole block yet, and where they stand in the file.
  private var pending: [UInt8] = []
  private var offset = 0
  private var block: [UInt8] = []

  /// Prepares to read a file.
  public init() throws(AvroError) {
    do throws(BlockError) { inflater = try Inflater() } catch { throw AvroError(error) }
  }

  /// Takes the file's next bytes and lends each row that is whole with them.
  ///
  /// The body reads every field of its row in the schema's order, by the cursor.
  ///
  /// - Throws: ``AvroError``, or what the body throws; the file is then over.
  public mutating func consume(
    _ bytes: Span<UInt8>,
    _ row: (_ schema: AvroSchema, _ cursor: inout AvroCursor, _ block: Span<UInt8>) throws -> Void
  ) throws {
    unsafe bytes.withUnsafeBufferPointer { unsafe pending.append(contentsOf: $0) }
    var start = 0
    if schema == nil {
      guard let end = try readHeader() else { return }
      start = end
    }
    while start < pending.count, let frame = try frame(from: start) {
      try unpack(frame, at: offset + start)
      try lend(frame, at: offset + start, row)
      start = frame.end
    }
    pending.removeFirst(start)
    offset += start
  }

  /// Ends the file.
  ///
  /// - Throws: ``AvroError`` when it should have gone on.
  public func finish() throws(AvroError) {
    guard schema != nil else {
      throw AvroError(.truncated, "its header is not whole", offset: 0)
    }
    guard pending.isEmpty else {
      throw AvroError(.truncated, "its last block is not whole", offset: offset)
    }
  }

  /// Reads the header if it is whole, and says where it ends.
  private mutating func readHeader() throws(AvroError) -> Int? {
    let known = min(pending.count, AvroFormat.magic.count)
    guard pending.prefix(known).elementsEqual(AvroFormat.magic.prefix(known)) else {
      throw AvroError(.notAvro, "it does not begin with \"Obj\" and the byte 1")
    }
    do throws(AvroError) {
      guard let header = try AvroHeader(pending.span) else {
        guard pending.count <= Self.largestHeaderBytes else {
          throw AvroError(.damaged, "its header has no end in \(Self.largestHeaderBytes) bytes")
        }
        return nil
      }
      schema = try header.checkedSchema()
      marker = header.marker
      return header.end
    } catch {
      throw error.placed(at: 0)
    }
  }

  /// Where the parts of a block are in the bytes that came.
  private struct Frame {
    let rows: Int
    let data: Range<Int>
    let end: Int
  }

  /// Finds the block that begins here; nil when it is not whole yet.
  private func frame(from start: Int) throws(AvroError) -> Frame? {
    var cursor = AvroCursor()
    let bytes = pending.span.extracting(start...)
    let rows: Int64
    let size: Int64
    do throws(AvroError) {
      rows = try cursor.long(bytes)
      size = try cursor.long(bytes)
    } catch {
      // Two numbers that are not whole yet.
      guard error.code != .truncated else { return nil }
      throw error.placed(at: offset + start)
    }
    guard rows >= 0, size >= 0 else {
      throw AvroError(
        .damaged, "a block claims \(rows) rows in \(size) bytes", offset: offset + start)
    }
    guard size <= AvroWriter.largestCompressedBytes else {
      throw AvroError(
        .tooLarge,
        "a block claims \(size) bytes; at most \(AvroWriter.largestCompressedBytes) are taken",
        offset: offset + start)
    }
    let data = start + cursor.position..<start + cursor.position + Int(size)
    let end = data.upperBound + AvroFormat.markerBytes
    guard end <= pending.count else { return nil }
    guard pending[data.upperBound..<end].elementsEqual(marker) else {
      throw AvroError(
        .damaged, "the marker behind the block is not the file's", offset: offset + start)
    }
    guard rows <= AvroWriter.largestBlockBytes else {
      throw AvroError(.damaged, "a block claims \(rows) rows", offset: offset + start)
    }
    return Frame(rows: Int(rows), data: data, end: end)
  }

  private mutating func unpack(_ frame: Frame, at place: Int) throws(AvroError) {
    // A span of a member borrows all of us.
    var bytes: [UInt8] = []
    swap(&bytes, &pending)
    defer { swap(&bytes, &pending) }
    do throws(BlockError) {
      try inflater.decompress(
        bytes.span.extracting(frame.data), into: &block, limit: AvroWriter.largestBlockBytes)
    } catch {
      throw AvroError(error, at: place)
    }
  }

  private mutating func lend(
    _ frame: Frame, at place: Int,
    _ row: (AvroSchema, inout AvroCursor, Span<UInt8>) throws -> Void
  ) throws {
    guard let schema else { return }
    var cursor = AvroCursor()
    do {
      for _ in 0..<frame.rows {
        try row(schema, &cursor, block.span)
        rows += 1
      }
      guard cursor.position == block.count else {
        throw AvroError(
          .damaged,
          "\(block.count - cursor.position) bytes follow the \(frame.rows) rows of a block")
      }
    } catch let error as AvroError where error.offset == nil {
      throw error.code == .truncated
        ? AvroError(.damaged, error.reason, offset: place) : error.placed(at: place)
    }
  }
}

/// What stands before the blocks of a file.
struct AvroHeader {
  private(set) var members: [String: [UInt8]] = [:]
  let marker: [UInt8]
  /// Where the first block begins.
  let end: Int

  /// Reads the header, behind its magic number too; nil when it is not whole yet.
  init?(_ bytes: Span<UInt8>) throws(AvroError) {
    guard bytes.count > AvroFormat.magic.count else { return nil }
    let rest = bytes.extracting(AvroFormat.magic.count...)
    var cursor = AvroCursor()
    do throws(AvroError) {
      while true {
        var count = try cursor.long(rest)
        if count == 0 { break }
        if count < 0 {
          // Then the size of the pairs stands before them, for readers who want to skip them.
          _ = try cursor.long(rest)
          guard count > Int64.min else { throw AvroError(.damaged, "its header claims too much") }
          count = -count
        }
        while count > 0 {
          guard let name = try Self.value(rest, &cursor), let value = try Self.value(rest, &cursor)
          else { return nil }
          members[String(decoding: name, as: UTF8.self)] = value
          count -= 1
        }
      }
    } catch {
      guard error.code != .truncated else { return nil }
      throw error
    }
    let start = cursor.position
    guard rest.count - start >= AvroFormat.markerBytes else { return nil }
    marker = (start..<start + AvroFormat.markerBytes).map { rest[$0] }
    end = AvroFormat.magic.count + start + AvroFormat.markerBytes
  }

  /// The next bytes with a length before them; nil when they are not whole yet.
  private static func value(
    _ bytes: Span<UInt8>, _ cursor: inout AvroCursor
  ) throws(AvroError) -> [UInt8]? {
    var ahead = cursor
    let count = try ahead.long(bytes)
    guard count >= 0 else {
      throw AvroError(.damaged, "its header has a value of \(count) bytes")
    }
    guard count <= bytes.count - ahead.position else { return nil }
    return try cursor.range(bytes).map { bytes[$0] }
  }

  /// The schema of a file that can be read here.
  func checkedSchema() throws(AvroError) -> AvroSchema {
    let codec = members["avro.codec"].map { String(decoding: $0, as: UTF8.self) } ?? "null"
    guard codec == AvroFormat.codec else {
      throw AvroError(
        .unsupported, "its codec is \"\(codec)\"; expected \"\(AvroFormat.codec)\"")
    }
    guard let schema = members["avro.schema"] else {
      throw AvroError(.damaged, "its header has no schema")
    }
    return try AvroSchema(json: schema)
  }
}
