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
