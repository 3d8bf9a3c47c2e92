internal import JSON

/// A JSON Schema, as far as the API's documentation needs it.
///
/// The dialect is that of OpenAPI 3.1, JSON Schema 2020-12.
indirect enum Schema: Sendable {
  case object([Property], isOpen: Bool = false)
  case array(Schema, least: Int? = nil, most: Int? = nil, isSet: Bool = false)
  case string(
    format: String? = nil, pattern: String? = nil, shortest: Int? = nil, longest: Int? = nil,
    allowsNUL: Bool = true)
  case integer(ClosedRange<Int>? = nil)
  case number
  case boolean
  case choice([String])
  case nullable(Schema)
  /// A schema of the document's components.
  case reference(String)
  case anyOf([Schema])
  case any

  struct Property: Sendable {
    let name: String
    let schema: Schema
    let isRequired: Bool

    static func required(_ name: String, _ schema: Schema) -> Property {
      Property(name: name, schema: schema, isRequired: true)
    }
    static func optional(_ name: String, _ schema: Schema) -> Property {
      Property(name: name, schema: schema, isRequired: false)
    }
  }

  func write(to json: inout JSONWriter) {
    json.beginObject()
    writeMembers(to: &json)
    json.endObject()
  }

  private func writeMembers(to json: inout JSONWriter) {
    switch self {
    case .object(let properties, let isOpen): Self.write(properties, isOpen, to: &json)
    case .array(let items, let least, let most, let isSet):
      json.member("type", "array")
      if isSet {
        json.member("uniqueItems", true)
      }
      json.key("items")
      items.write(to: &json)
      for (name, count) in [("minItems", least), ("maxItems", most)] {
        guard let count else { continue }
        json.member(name, count)
      }
    case .string(let format, let pattern, let shortest, let longest, let allowsNUL):
      json.member("type", "string")
      if let format { json.member("format", format) }
      if let pattern { json.member("pattern", pattern) }
      if !allowsNUL {
        json.key("not")
        json.beginObject()
        json.member("pattern", "\\x00")
        json.endObject()
      }
      for (name, length) in [("minLength", shortest), ("maxLength", longest)] {
        guard let length else { continue }
        json.member(name, length)
      }
    case .integer(let range):
      json.member("type", "integer")
      Self.write(range, "minimum", "maximum", to: &json)
    case .number: json.member("type", "number")
    case .boolean: json.member("type", "boolean")
    case .choice(let values):
      json.member("type", "string")
      json.member("enum", values)
    case .nullable(let schema):
      json.key("anyOf")
      Self.write([schema], andNull: true, to: &json)
    case .reference(let name): json.member("$ref", "#/components/schemas/\(name)")
    case .anyOf(let schemas):
      json.key("anyOf")
      Self.write(schemas, andNull: false, to: &json)
    case .any: break
    }
  }

  private static func write(
    _ properties: [Property], _ isOpen: Bool, to json: inout JSONWriter
  ) {
    json.member("type", "object")
    json.key("properties")
    json.beginObject()
    for property in properties {
      json.key(property.name)
      property.schema.write(to: &json)
    }
    json.endObject()
    let required = properties.filter(\.isRequired).map(\.name)
    if !required.isEmpty {
      json.member("required", required)
    }
    json.member("additionalProperties", isOpen)
  }

  private static func write(_ schemas: [Schema], andNull: Bool, to json: inout JSONWriter) {
    json.beginArray()
    for schema in schemas { schema.write(to: &json) }
    if andNull {
      json.beginObject()
      json.member("type", "null")
      json.endObject()
    }
    json.endArray()
  }

  private static func write(
    _ range: ClosedRange<Int>?, _ least: String, _ most: String, to json: inout JSONWriter
  ) {
    guard let range else { return }
    json.member(least, range.lowerBound)
    json.member(most, range.upperBound)
  }
}
