import Avro
import TestSupport

/// Files of rows that tests write and read.
enum AvroFile {
  /// One value of a row, as it is written and read.
  enum Value: Equatable {
    case null, boolean(Bool), number(Int64), float(UInt32), double(UInt64), bytes([UInt8])
  }

  /// A schema with a field of each type, with and without null.
  static let schema = AvroSchema(
    name: "everything",
    fields: AvroType.allCases.enumerated().flatMap { index, type in
      [false, true].map { isNullable in
        AvroField(
          name: "f\(index)\(isNullable ? "n" : "")", type: type, isNullable: isNullable,
          attributes: isNullable ? ["kind": "of \"its\" own\n"] : [:])
      }
    })

  static func write(_ rows: [[Value]], _ schema: AvroSchema = schema) throws -> [UInt8] {
    var writer = try AvroWriter(schema)
    var file = writer.header()
    for row in rows {
      for (value, field) in zip(row, schema.fields) {
        if value == .null { writer.null() } else if field.isNullable { writer.present() }
        switch value {
        case .null: break
        case .boolean(let value): writer.boolean(value)
        case .number(let value): writer.long(value)
        case .float(let bits): writer.float(bits: bits)
        case .double(let bits): writer.double(bits: bits)
        case .bytes(let bytes): writer.bytes(bytes.span)
        }
      }
      if let block = try writer.endRow() { file += block }
    }
    if let block = try writer.finish() { file += block }
    return file
  }

  /// Reads a file that comes in pieces of a size.
  static func read(_ file: [UInt8], pieces size: Int = .max) throws -> (AvroSchema?, [[Value]]) {
    var reader = try AvroReader()
    var rows: [[Value]] = []
    var start = 0
    while start < file.count {
      let end = start + min(size, file.count - start)
      try reader.consume(Array(file[start..<end]).span) { schema, cursor, block in
        rows.append(try schema.fields.map { try value(of: $0, &cursor, block) })
      }
      start = end
    }
    try reader.finish()
    return (reader.schema, rows)
  }

  private static func value(
    of field: AvroField, _ cursor: inout AvroCursor, _ block: Span<UInt8>
  ) throws -> Value {
    if field.isNullable, try !cursor.isPresent(block) { return .null }
    switch field.type.primitive {
    case "boolean": return .boolean(try cursor.boolean(block))
    case "int": return .number(Int64(try cursor.int(block)))
    case "long": return .number(try cursor.long(block))
    case "float": return .float(try cursor.floatBits(block))
    case "double": return .double(try cursor.doubleBits(block))
    default: return .bytes(try cursor.range(block).map { block[$0] })
    }
  }

  static func randomRow(_ random: inout SeededRandom, _ schema: AvroSchema = schema) -> [Value] {
    schema.fields.map { field in
      if field.isNullable, Int.random(in: 0..<4, using: &random) == 0 { return .null }
      // Numbers of every length.
      let number = Int64(bitPattern: random.next()) >> Int64.random(in: 0...63, using: &random)
      switch field.type.primitive {
      case "boolean": return .boolean(number & 1 == 0)
      case "int": return .number(Int64(Int32(truncatingIfNeeded: number)))
      case "long": return .number(number)
      case "float": return .float(UInt32(truncatingIfNeeded: number))
      case "double": return .double(UInt64(bitPattern: number))
      case "string":
        return .bytes(Array(String(repeating: "é\"x", count: Int(number & 31)).utf8))
      default: return .bytes(random.bytes(Int(number & 255), from: Array(0...255)))
      }
    }
  }

  static func randomRows(_ count: Int, seed: UInt64) -> [[Value]] {
    var random = SeededRandom(seed: seed)
    return (0..<count).map { _ in randomRow(&random) }
  }
}
