internal import CLibpq

/// Lays the parameters of one statement out as libpq wants them: all bytes in one arena.
///
/// Texts end in a NUL there, which is why a text may not hold one; a `bytea` has its length instead.
struct ParameterArena {
  private(set) var bytes: [UInt8] = []
  /// Where each parameter begins in `bytes`; nil for NULL.
  private var offsets: [Int?] = []
  private var lengths: [Int32] = []
  private var formats: [Int32] = []
  private var types: [Oid] = []

  init(_ values: [PostgresValue]) throws(PostgresError) {
    // The protocol counts parameters in 16 bits.
    guard values.count <= 65_535 else {
      throw PostgresError(.value, "a statement takes at most 65535 parameters, not \(values.count)")
    }
    offsets.reserveCapacity(values.count)
    for (index, value) in values.enumerated() { try append(value, index) }
  }

  private mutating func append(_ value: PostgresValue, _ index: Int) throws(PostgresError) {
    let start = bytes.count
    var isBinary = false
    switch value {
    case .null: break
    case .text(let text): bytes.append(contentsOf: text.utf8)
    case .bytes(let content):
      bytes.append(contentsOf: content)
      isBinary = true
    case .integer(let number): bytes.append(contentsOf: String(number).utf8)
    case .double(let number): bytes.append(contentsOf: number.description.utf8)
    case .bool(let flag): bytes.append(flag ? UInt8(ascii: "t") : UInt8(ascii: "f"))
    case .textArray(let items): appendArray(items)
    case .integerArray(let items): appendArray(items.map { $0.map { String($0) } })
    }
    let length = bytes.count - start
    guard length < 1 << 30 else {
      throw PostgresError(.value, "parameter $\(index + 1) is larger than 1 GB")
    }
    if !isBinary {
      guard !bytes[start...].contains(0) else {
        throw PostgresError(
          .value, "parameter $\(index + 1) holds a NUL character, which PostgreSQL text cannot")
      }
    }
    bytes.append(0)
    offsets.append(value == .null ? nil : start)
    lengths.append(Int32(length))
    formats.append(isBinary ? 1 : 0)
    types.append(isBinary ? TypeOID.bytea : 0)
  }

  private mutating func appendArray(_ items: [String?]) {
    bytes.append(UInt8(ascii: "{"))
    for (index, item) in items.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      guard let item else {
        bytes.append(contentsOf: "NULL".utf8)
        continue
      }
      bytes.append(UInt8(ascii: "\""))
      for byte in item.utf8 {
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
          bytes.append(UInt8(ascii: "\\"))
        }
        bytes.append(byte)
      }
      bytes.append(UInt8(ascii: "\""))
    }
    bytes.append(UInt8(ascii: "}"))
  }

  /// Asks the server to keep a statement under a name; the corresponding C function is
  /// `PQsendPrepare`.
  func prepare(_ name: String, _ sql: String, on connection: OpaquePointer) -> Bool {
    unsafe PQsendPrepare(connection, name, sql, Int32(types.count), types) == 1
  }

  /// Hands the statement to libpq for sending; the corresponding C functions are `PQsendQueryParams`
  /// and `PQsendQueryPrepared`.
  func send(
    _ sql: String, _ way: PreparedStatements.Way, _ results: ResultFormat,
    on connection: OpaquePointer
  ) -> Bool {
    unsafe bytes.withUnsafeBytes { arena in
      let start = unsafe arena.baseAddress?.assumingMemoryBound(to: CChar.self)
      let values: [UnsafePointer<CChar>?] = unsafe offsets.map { offset in
        guard let offset else { return nil }
        return unsafe start?.advanced(by: offset)
      }
      switch way {
      case .whole:
        return unsafe PQsendQueryParams(
          connection, sql, Int32(values.count), types, values, lengths, formats, results.rawValue)
          == 1
      case .prepared(let name), .byName(let name):
        return unsafe PQsendQueryPrepared(
          connection, name, Int32(values.count), values, lengths, formats, results.rawValue) == 1
      }
    }
  }
}

/// Says how the server writes the fields of a result.
public enum ResultFormat: Int32, Sendable {
  /// Each field as text.
  case text = 0
  /// Each field in the type's wire format.
  case binary = 1
}

/// The object identifiers of the built-in types we treat specially (`pg_type.dat`).
enum TypeOID {
  static let bool: Oid = 16
  static let bytea: Oid = 17
}
