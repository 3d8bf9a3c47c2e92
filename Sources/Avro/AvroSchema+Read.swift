internal import JSON

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
