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
