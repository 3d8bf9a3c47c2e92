internal import Compression

// How this works
//
// The format is that of "Object Container Files" in the Avro specification: a header with the schema
// and a random marker; then blocks, each with its number of rows, its size, its rows compressed by
// themselves, and the marker again. Rows gather until they make a block, so that no more than one
// block and its compressed form are ever in memory.

/// Writes an object container file, whose bytes it gives away as blocks fill.
///
/// A row's values are written one by one in the order of the schema's fields, each as its type wants
/// it; a nullable one is preceded by ``present()``, or replaced by ``null()``.
public struct AvroWriter: ~Copyable {
  /// The uncompressed rows after which a block ends.
  static let blockBytes = 256 << 10
  /// The largest block that is written or read: a block has one row at least.
  public static let largestBlockBytes = 64 << 20
  /// The largest compressed block: what cannot be compressed grows a little.
  static let largestCompressedBytes = largestBlockBytes + largestBlockBytes >> 8

  /// What the file's rows consist of.
  public let schema: AvroSchema
  /// The rows written so far.
  public private(set) var rows = 0

  private let marker: [UInt8]
  private var deflater: Deflater
  private var block: [UInt8] = []
  private var rowsInBlock = 0

  /// Prepares a file of rows.
  public init(_ schema: AvroSchema) throws(AvroError) {
    do throws(BlockError) { deflater = try Deflater() } catch { throw AvroError(error) }
    self.schema = schema
    marker = (0..<AvroFormat.markerBytes).map { _ in UInt8.random(in: 0...255) }
    block.reserveCapacity(Self.blockBytes + (Self.blockBytes >> 2))
  }

  /// Returns what the file begins with.
  public func header() -> [UInt8] {
    var bytes = AvroFormat.magic
    let members: [(name: String, value: [UInt8])] = [
      ("avro.codec", Array(AvroFormat.codec.utf8)), ("avro.schema", schema.json),
    ]
    bytes.appendLong(Int64(members.count))
    for member in members {
      bytes.appendLong(Int64(member.name.utf8.count))
      bytes += member.name.utf8
      bytes.appendLong(Int64(member.value.count))
      bytes += member.value
    }
    bytes.appendLong(0)
    return bytes + marker
  }

  /// Writes that a nullable field has no value.
  public mutating func null() { block.append(0) }

  /// Writes that the value of a nullable field follows.
  public mutating func present() { block.append(2) }

  /// Writes a truth value.
  public mutating func boolean(_ value: Bool) { block.append(value ? 1 : 0) }

  /// Writes a whole number of either size, or what is counted by one.
  public mutating func long(_ value: Int64) { block.appendLong(value) }

  /// Writes the bits of a floating-point number.
  public mutating func float(bits: UInt32) {
    for shift in stride(from: 0, to: 32, by: 8) {
      block.append(UInt8(truncatingIfNeeded: bits >> shift))
    }
  }

  /// Writes the bits of a floating-point number.
  public mutating func double(bits: UInt64) {
    for shift in stride(from: 0, to: 64, by: 8) {
      block.append(UInt8(truncatingIfNeeded: bits >> shift))
    }
  }

  /// Writes text or bytes.
  public mutating func bytes(_ value: Span<UInt8>) {
    block.appendLong(Int64(value.count))
    unsafe value.withUnsafeBufferPointer { unsafe block.append(contentsOf: $0) }
  }

  /// Ends a row, and returns the block that is full with it, if there is one.
  public mutating func endRow() throws(AvroError) -> [UInt8]? {
    rows += 1
    rowsInBlock += 1
    guard block.count >= Self.blockBytes else { return nil }
    guard block.count <= Self.largestBlockBytes else {
      throw AvroError(
        .tooLarge,
        "row \(rows) has about \(block.count >> 20) MiB; expected at most "
          + "\(Self.largestBlockBytes >> 20)")
    }
    return try endBlock()
  }

  /// Returns the last block, if there is one; the file ends with it.
  public mutating func finish() throws(AvroError) -> [UInt8]? {
    rowsInBlock > 0 ? try endBlock() : nil
  }

  private mutating func endBlock() throws(AvroError) -> [UInt8] {
    // A span of a member borrows all of us.
    var rows: [UInt8] = []
    swap(&rows, &block)
    defer { swap(&rows, &block) }
    let compressed: [UInt8]
    do throws(BlockError) {
      compressed = try deflater.compressed(rows.span)
    } catch {
      throw AvroError(error)
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(compressed.count + marker.count + 20)
    bytes.appendLong(Int64(rowsInBlock))
    bytes.appendLong(Int64(compressed.count))
    bytes += compressed
    bytes += marker
    rowsInBlock = 0
    // One long row must not keep its room for ever.
    rows.removeAll(keepingCapacity: rows.capacity <= 2 * Self.blockBytes)
    return bytes
  }
}

/// The constants of the format.
enum AvroFormat {
  static let magic: [UInt8] = [0x4F, 0x62, 0x6A, 0x01]
  static let markerBytes = 16
  static let codec = "deflate"
}

extension [UInt8] {
  /// Adds a number in zigzag form, seven bits a byte, the lowest first.
  mutating func appendLong(_ value: Int64) {
    var rest = UInt64(bitPattern: (value << 1) ^ (value >> 63))
    while rest > 0x7F {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }
}
