internal import JSON

/// The parts of JSON Schema that the API's documentation needs.
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

  fileprivate func writeMembers(to json: inout JSONWriter) {
    switch self {
    case .object(let properties, let isOpen): Self.write(properties, isOpen, to: &json)
    case .array(let items, let least, let most, let isSet):
      json.member("type", "array")
      if isSet { json.member("uniqueItems", true) }
      json.member("items", items)
      if let least { json.member("minItems", least) }
      if let most { json.member("maxItems", most) }
    case .string(let format, let pattern, let shortest, let longest, let allowsNUL):
      json.member("type", "string")
      if let format { json.member("format", format) }
      if let pattern { json.member("pattern", pattern) }
      if !allowsNUL { json.object("not") { json in json.member("pattern", "\\x00") } }
      if let shortest { json.member("minLength", shortest) }
      if let longest { json.member("maxLength", longest) }
    case .integer(let range):
      json.member("type", "integer")
      guard let range else { return }
      json.member("minimum", range.lowerBound)
      json.member("maximum", range.upperBound)
    case .number: json.member("type", "number")
    case .boolean: json.member("type", "boolean")
    case .choice(let values):
      json.member("type", "string")
      json.member("enum", values)
    case .nullable(let schema):
      Self.write([schema], andNull: true, to: &json)
    case .reference(let name): json.member("$ref", "#/components/schemas/\(name)")
    case .anyOf(let schemas):
      Self.write(schemas, andNull: false, to: &json)
    case .any: break
    }
  }

  private static func write(
    _ properties: [Property], _ isOpen: Bool, to json: inout JSONWriter
  ) {
    json.member("type", "object")
    json.object("properties") { json in
      for property in properties { json.member(property.name, property.schema) }
    }
    let required = properties.filter(\.isRequired).map(\.name)
    if !required.isEmpty { json.member("required", required) }
    json.member("additionalProperties", isOpen)
  }

  private static func write(_ schemas: [Schema], andNull: Bool, to json: inout JSONWriter) {
    json.array("anyOf") { json in
      for schema in schemas { json.object { json in schema.writeMembers(to: &json) } }
      if andNull { json.object([("type", "null")]) }
    }
  }
}

extension JSONWriter {
  /// Writes a key and a schema.
  mutating func member(_ name: String, _ schema: Schema) {
    object(name) { json in schema.writeMembers(to: &json) }
  }
}
