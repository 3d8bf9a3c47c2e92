internal import Datasets
internal import JSON

/// A parameter as the OpenAPI document has it.
struct ParameterDocument {
  let name: String
  let place: Parameter.Place
  let schema: Schema
  let about: String
  var fallback: String?
  /// Whether a list stands in one value, its items separated by commas.
  var joinsItems = false

  init(
    name: String, place: Parameter.Place = .query, schema: Schema, about: String,
    joinsItems: Bool = false
  ) {
    self.name = name
    self.place = place
    self.schema = schema
    self.about = about
    self.joinsItems = joinsItems
  }

  init(_ parameter: Parameter) {
    name = parameter.name
    place = parameter.place
    about = parameter.about
    fallback = parameter.fallback
    schema =
      switch parameter.kind {
      case .integer(let range): .integer(range)
      case .text(let longest): .string(shortest: place == .path ? 1 : nil, longest: longest)
      case .choice(let values): .choice(values)
      case .day: .string(format: "date")
      }
  }

  func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("name", name)
    json.member("in", place.rawValue)
    if place == .path {
      json.member("required", true)
    }
    json.member("description", fallback.map { "\(about) Default: \($0)." } ?? about)
    if joinsItems {
      json.member("style", "form")
      json.member("explode", false)
    }
    json.key("schema")
    schema.write(to: &json)
    json.endObject()
  }
}

/// What filters, order and selection may be for one table, as patterns for the document.
struct ColumnFilters {
  private let columns: [(name: String, type: ColumnType)]

  init(_ dataset: Dataset) {
    columns = dataset.columns.map { ($0.name, ColumnType($0.type.traits.sql)) }
  }

  /// One query parameter for each column, but for those whose names other parameters have.
  var filters: [ParameterDocument] {
    let taken = ["select", "order", "limit", "cursor", "count", "and", "or", "formulas"]
    return columns.filter { !taken.contains($0.name) }.map { column in
      ParameterDocument(
        name: column.name,
        schema: .array(
          .string(pattern: "^\(Self.condition(column.type, inGroup: false))$"), least: 1),
        about: "OPERATOR.VALUE: what the column has to fulfil; all of them, when it stands again.")
    }
  }

  /// A parameter that speaks of columns; nil for any other.
  func document(_ parameter: Parameter) -> ParameterDocument? {
    let ordered = columns.filter(\.type.isOrdered).map { Self.escaped($0.name) }
      .joined(separator: "|")
    let schema: Schema
    switch parameter.name {
    case "select":
      schema = .array(.choice(columns.map(\.name)), least: 1, isSet: true)
    case "order":
      let term = "^(\(ordered))(\\.(asc|desc))?(\\.(nullsfirst|nullslast))?$"
      schema = .array(.string(pattern: term), least: 1)
    case "and", "or":
      let condition =
        "("
        + columns.map { "\(Self.escaped($0.name))\\.\(Self.condition($0.type, inGroup: true))" }
        .joined(separator: "|") + ")"
      schema = .string(pattern: "^\\(\(condition)(,\(condition)){0,4}\\)$")
    default: return nil
    }
    return ParameterDocument(
      name: parameter.name, schema: schema, about: parameter.about,
      joinsItems: parameter.name == "select" || parameter.name == "order")
  }

  private static func condition(_ type: ColumnType, inGroup: Bool) -> String {
    let null = "is\\.null"
    guard let value = value(type, inGroup: inGroup) else { return "(not\\.)?\(null)" }
    var choices = ["(eq|neq|lt|lte|gt|gte)\\.\(value)", null]
    if let item = self.value(type, inGroup: true) {
      choices.append("in\\.\\(\(item)(,\(item)){0,4}\\)")
    }
    if type == .text { choices.append("(like|ilike)\\.\(value)") }
    if type == .boolean { choices.append("is\\.(true|false)") }
    return "(not\\.)?(\(choices.joined(separator: "|")))"
  }

  /// A pattern of values that are right for a type; values beyond it may be right too.
  private static func value(_ type: ColumnType, inGroup: Bool) -> String? {
    let day = "(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])"
    let hour = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
    switch type {
    case .text: return inGroup ? "[A-Za-z0-9 _*-]{1,20}" : "[^\\x00\"]{0,100}"
    case .integer(let range): return range.upperBound > 1 << 16 ? "-?[0-9]{1,9}" : "-?[0-9]{1,4}"
    case .numeric, .float: return "-?[0-9]{1,12}(\\.[0-9]{1,6})?"
    case .boolean: return "(true|false)"
    case .date: return day
    case .timestamp: return "\(day)T\(hour)Z"
    case .time: return hour
    case .uuid: return "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    case .bytes: return "\\\\x([0-9a-f]{2}){0,20}"
    case .interval: return "P[0-9]{1,3}D"
    case .json, .point, .other: return nil
    }
  }

  /// A name in which no character means anything to a pattern.
  private static func escaped(_ name: String) -> String {
    name.map { character in
      character.isLetter || character.isNumber || character == "_" || character == " "
        ? String(character) : "\\\(character)"
    }.joined()
  }
}
