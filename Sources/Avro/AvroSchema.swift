internal import JSON

/// One column of a file's rows.
public struct AvroField: Sendable, Equatable {
  /// The name, which has letters, digits and underscores only.
  public let name: String
  /// The type of the values.
  public let type: AvroType
  /// Whether a row may have no value.
  public let isNullable: Bool
  /// What else is said of the column, for those who know the keys.
  public let attributes: [String: String]

  /// Describes a column.
  public init(
    name: String, type: AvroType, isNullable: Bool, attributes: [String: String] = [:]
  ) {
    self.name = name
    self.type = type
    self.isNullable = isNullable
    self.attributes = attributes
  }
}

/// What the rows of a file consist of: one record of fields.
public struct AvroSchema: Sendable, Equatable {
  /// The record's name, which has letters, digits and underscores only.
  public let name: String
  /// The columns in the order of their values.
  public let fields: [AvroField]

  /// Describes rows.
  public init(name: String, fields: [AvroField]) {
    self.name = name
    self.fields = fields
  }

  /// Makes a name of any text, by putting underscores where a name may have no such character.
  public static func name(of text: String) -> String {
    var name = String(
      text.unicodeScalars.map { scalar in
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_": Character(scalar)
        default: "_"
        }
      })
    if name.first.map({ $0.isNumber }) ?? true { name = "_" + name }
    return name
  }

  /// The schema as the file's header holds it.
  var json: [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.member("type", "record")
    json.member("name", name)
    json.key("fields")
    json.beginArray()
    for field in fields { field.write(to: &json) }
    json.endArray()
    json.endObject()
    return json.bytes
  }
}

extension AvroField {
  fileprivate func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("name", name)
    json.key("type")
    if isNullable {
      json.beginArray()
      json.string("null")
    }
    if let logical = type.logical {
      json.beginObject()
      json.member("type", type.primitive)
      json.member("logicalType", logical)
      json.endObject()
    } else {
      json.string(type.primitive)
    }
    if isNullable {
      json.endArray()
      json.key("default")
      json.null()
    }
    for (key, value) in attributes.sorted(by: { $0.key < $1.key }) { json.member(key, value) }
    json.endObject()
  }
}

extension AvroSchema {
  private static let ownKeys: Set<String> = ["name", "type", "default", "doc", "order", "aliases"]

  /// Reads the schema of a file's header.
  ///
  /// - Throws: ``AvroError`` for anything but a record whose fields are of the types that are
  ///   written here, or unions of null and one of them.
  init(json: [UInt8]) throws(AvroError) {
    let value: JSONValue
    do throws(JSONError) {
      value = try JSON.decode(JSONValue.self, from: json)
    } catch {
      throw AvroError(.damaged, "the schema is no JSON: \(error)")
    }
    guard value["type"]?.string == "record", let name = value["name"]?.string,
      case .array(let members)? = value["fields"]
    else {
      throw AvroError(.unsupported, "its schema is no record with a name and fields")
    }
    // Rows without fields take no bytes, so that a few could claim to be any number.
    guard !members.isEmpty else {
      throw AvroError(.unsupported, "its schema has no fields")
    }
    var fields: [AvroField] = []
    for member in members { fields.append(try Self.field(member, at: fields.count)) }
    self.init(name: name, fields: fields)
  }

  private static func field(
    _ value: JSONValue, at position: Int
  ) throws(AvroError) -> AvroField {
    guard case .object(let members) = value, let name = value["name"]?.string,
      let described = value["type"]
    else {
      throw AvroError(.unsupported, "field \(position) of its schema has no name or no type")
    }
    var isNullable = false
    var type = type(described)
    if case .array(let branches) = described, branches.count == 2, branches[0] == .string("null") {
      isNullable = true
      type = Self.type(branches[1])
    }
    guard let type else {
      throw AvroError(
        .unsupported,
        "the type of its field \"\(name)\" is not known here; expected a primitive type, or a "
          + "union of null and one")
    }
    var attributes: [String: String] = [:]
    for case (let key, .string(let text)) in members where !ownKeys.contains(key) {
      attributes[key] = text
    }
    return AvroField(name: name, type: type, isNullable: isNullable, attributes: attributes)
  }

  private static func type(_ value: JSONValue) -> AvroType? {
    if let name = value.string { return AvroType(primitive: name, logical: nil) }
    return value["type"]?.string.flatMap { name in
      AvroType(primitive: name, logical: value["logicalType"]?.string)
    }
  }
}

/// The types of a row's values: primitive types, and logical types over them.
///
/// The types are those of <https://avro.apache.org/docs/1.11.1/specification/>.
public enum AvroType: Sendable, Equatable, CaseIterable {
  /// One of two truth values.
  case boolean
  /// A whole number of 32 bits.
  case int
  /// A whole number of 64 bits.
  case long
  /// A floating-point number of 32 bits.
  case float
  /// A floating-point number of 64 bits.
  case double
  /// Text in UTF-8.
  case string
  /// Bytes of any value.
  case bytes
  /// A UUID in its usual form.
  case uuid
  /// Days since 1970-01-01.
  case date
  /// Microseconds since midnight.
  case timeMicros
  /// Microseconds since 1970-01-01T00:00:00Z.
  case timestampMicros
  /// Microseconds since 1970-01-01T00:00:00 in whatever zone is meant.
  case localTimestampMicros

  /// The primitive type that holds the values.
  public var primitive: String {
    switch self {
    case .boolean: "boolean"
    case .int, .date: "int"
    case .long, .timeMicros, .timestampMicros, .localTimestampMicros: "long"
    case .float: "float"
    case .double: "double"
    case .string, .uuid: "string"
    case .bytes: "bytes"
    }
  }

  /// The name of the logical type; nil for a primitive one.
  public var logical: String? {
    switch self {
    case .uuid: "uuid"
    case .date: "date"
    case .timeMicros: "time-micros"
    case .timestampMicros: "timestamp-micros"
    case .localTimestampMicros: "local-timestamp-micros"
    case .boolean, .int, .long, .float, .double, .string, .bytes: nil
    }
  }

  /// Finds the type of these names; an unknown logical type is ignored, as the specification says.
  init?(primitive: String, logical: String?) {
    let all = Self.allCases.filter { $0.primitive == primitive }
    guard let type = all.first(where: { $0.logical == logical }) ?? all.first else { return nil }
    self = type
  }
}
