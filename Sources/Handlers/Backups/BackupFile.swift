internal import Avro
internal import Tables

/// The columns of a backup's file, with the form of each.
struct BackupFile {
  struct Column: Equatable {
    let name: String
    let type: String
    let form: ColumnForm
    let isNullable: Bool
    let isGenerated: Bool
  }

  let columns: [Column]

  private static let typeKey = "postgresType"
  private static let nameKey = "postgresColumn"
  private static let generatedKey = "postgresGenerated"

  /// Makes the file's columns for a table, those with values that some readers lack as text.
  init(_ shape: BackupShape, isCommon: (BackupShape.Column) -> Bool) {
    columns = shape.columns.map { column in
      Column(
        name: column.name, type: column.type, form: isCommon(column) ? column.form : .text,
        isNullable: column.isNullable, isGenerated: column.isGenerated)
    }
  }

  /// The schema of a file with these columns.
  func schema(name: String) -> AvroSchema {
    var names: Set<String> = []
    let fields = columns.map { column in
      let plain = AvroSchema.name(of: column.name)
      var name = plain
      var number = 1
      while !names.insert(name).inserted {
        number += 1
        name = "\(plain)_\(number)"
      }
      var attributes = [Self.typeKey: column.type]
      if name != column.name { attributes[Self.nameKey] = column.name }
      if column.isGenerated { attributes[Self.generatedKey] = "stored" }
      return AvroField(
        name: name, type: column.form.avro, isNullable: column.isNullable, attributes: attributes)
    }
    return AvroSchema(name: AvroSchema.name(of: name), fields: fields)
  }

  /// Matches the columns of a file to those of the table to restore.
  ///
  /// - Throws: ``BackupFault`` naming every difference.
  init(_ schema: AvroSchema, for shape: BackupShape) throws(BackupFault) {
    var differences: [String] = []
    var columns: [Column] = []
    for field in schema.fields {
      let name = field.attributes[Self.nameKey] ?? field.name
      let type = field.attributes[Self.typeKey] ?? field.type.primitive
      let isGenerated = field.attributes[Self.generatedKey] != nil
      guard let column = shape.columns.first(where: { $0.name == name }) else {
        differences.append("the column \"\(name)\" of the file is not in the table")
        continue
      }
      let form = field.type == column.form.avro ? column.form : .text
      if type != column.type {
        differences.append("\"\(name)\" is \(type) in the file and \(column.type) in the table")
      } else if field.type != form.avro {
        differences.append("\"\(name)\" is no \(column.type) in the file, whatever it says there")
      }
      if field.isNullable != column.isNullable {
        differences.append(
          "\"\(name)\" may be NULL in the \(field.isNullable ? "file" : "table") only")
      }
      if isGenerated != column.isGenerated {
        differences.append(
          "\"\(name)\" is computed by the \(isGenerated ? "file's" : "present") table only")
      }
      columns.append(
        Column(
          name: name, type: column.type, form: form, isNullable: field.isNullable,
          isGenerated: column.isGenerated))
    }
    for column in shape.columns where !columns.contains(where: { $0.name == column.name }) {
      differences.append("the column \"\(column.name)\" of the table is not in the file")
    }
    if Set(columns.map(\.name)).count < columns.count {
      differences.append("the file has a column twice")
    }
    guard differences.isEmpty else {
      throw BackupFault(
        .schemaMismatch,
        "the file does not fit \(shape.table.name): \(differences.joined(separator: "; "))")
    }
    self.columns = columns
  }
}

/// The forms of a column's values in PostgreSQL's binary format and in Avro.
struct ColumnForm: Equatable {
  /// The form in PostgreSQL.
  enum Wire: Equatable {
    case boolean, int2, int4, int8, float4, float8, bytes, uuid, date, time, timestamp
    /// Text that PostgreSQL writes for a value and reads back unchanged.
    case text
  }

  let wire: Wire
  let avro: AvroType
  /// Whether the server casts values to text and back.
  let isCast: Bool

  private init(_ wire: Wire, _ avro: AvroType, isCast: Bool = false) {
    self.wire = wire
    self.avro = avro
    self.isCast = isCast
  }

  /// Values as the server's text, for types that no Avro type represents exactly.
  static let text = ColumnForm(.text, .string, isCast: true)

  /// The form of a type, named as by `format_type` without a modifier; nil for an unknown type.
  init?(type: String) {
    switch type {
    case "boolean": self.init(.boolean, .boolean)
    case "smallint": self.init(.int2, .int)
    case "integer": self.init(.int4, .int)
    case "bigint": self.init(.int8, .long)
    case "real": self.init(.float4, .float)
    case "double precision": self.init(.float8, .double)
    case "text", "character varying", "character": self.init(.text, .string)
    case "bytea": self.init(.bytes, .bytes)
    case "uuid": self.init(.uuid, .uuid)
    case "date": self.init(.date, .date)
    case "time without time zone": self.init(.time, .timeMicros)
    case "timestamp with time zone": self.init(.timestamp, .timestampMicros)
    case "timestamp without time zone": self.init(.timestamp, .localTimestampMicros)
    case "numeric", "interval", "json", "jsonb", "point", "time with time zone": self = .text
    default:
      // PostgreSQL's arrays can have dimensions, bounds and NULLs that Avro's lack.
      guard type.hasSuffix("[]"), ColumnForm(type: String(type.dropLast(2))) != nil else {
        return nil
      }
      self = .text
    }
  }

  /// The condition for values that every reader of Avro's logical type can represent; nil if they all
  /// are.
  ///
  /// PostgreSQL also has infinite dates, years before 1 and after 9999, and the time 24:00.
  func isCommon(_ column: String) -> String? {
    switch wire {
    case .date, .timestamp: "\(column) >= '0001-01-01' AND \(column) < '10000-01-01'"
    case .time: "\(column) < '24:00'"
    default: nil
    }
  }
}
