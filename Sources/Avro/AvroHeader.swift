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
