internal import Datasets
internal import System

extension Dataset {
  /// What a row of the table is in an answer.
  var rowSchema: Schema {
    .object(
      columns.map { column in
        let type = ColumnType(column.type.traits.sql).schema
        let isRequired = column.isRequired || key.contains(column.name)
        return .optional(column.name, isRequired ? type : .nullable(type))
      })
  }

  /// What a row is that is to be inserted: the fields of a file's record, under the same rules.
  var inputSchema: Schema {
    .object(
      fields.map { field in
        field.isRequired
          ? .required(field.name, field.inputSchema)
          : .optional(field.name, .nullable(field.inputSchema))
      })
  }
}

extension ColumnType {
  /// What a value is in the JSON that PostgreSQL makes of a row.
  var schema: Schema {
    switch self {
    case .integer(let range): .integer(Int(range.lowerBound)...Int(range.upperBound))
    case .numeric, .float: .number
    case .boolean: .boolean
    case .date: .string(format: "date")
    case .timestamp: .string(format: "date-time")
    case .uuid: .string(format: "uuid")
    case .json, .other: .any
    case .text, .time, .bytes, .interval, .point: .string()
    }
  }
}

extension Dataset.Field {
  /// What a value is in the JSON of a row to be inserted.
  fileprivate var inputSchema: Schema {
    if let allowed = constraints.allowed, type.isString {
      return .choice(allowed.texts)
    }
    switch traits.json {
    case .integer(let range):
      let declared = constraints.integerRange
      return .integer(range ?? Int(declared.lowerBound)...Int(declared.upperBound))
    case .number: return .number
    case .boolean: return .boolean
    case .text(let format):
      let longest = constraints.lengths.upperBound
      return .string(
        format: format, pattern: constraints.pattern.map { "^(?:\($0.text))$" },
        shortest: max(constraints.lengths.lowerBound, 1),
        longest: longest == .max ? nil : longest, allowsNUL: false)
    case .string(let format, let pattern): return .string(format: format, pattern: pattern)
    case .object: return .object([], isOpen: true)
    case .array: return .array(.any)
    }
  }
}

/// One operation of the document: a route, or a route for one table with what that table makes of it.
struct TableOperation {
  let route: Route
  let path: String
  let id: String
  let summary: String
  let parameters: [ParameterDocument]
  let body: Route.RequestBody?
  let success: Route.Success

  /// A route as it is, or, where it is about the rows of any table, once for each dataset.
  static func expanded(_ route: Route, _ package: DataPackage) -> [TableOperation] {
    guard let rows = route.rows else { return [TableOperation(route)] }
    return package.datasets.map { TableOperation(route, rows, of: $0) }
  }

  private init(_ route: Route) {
    self.route = route
    path = route.path.text
    id = route.id
    summary = route.summary
    parameters = route.parameters.filter(\.isDocumented).map { ParameterDocument($0) }
    body = route.body
    success = route.success
  }

  private init(_ route: Route, _ rows: Route.Rows, of dataset: Dataset) {
    self.route = route
    path = route.path.text.substituting("{table}", by: PercentEncoding.component(dataset.table))
    id = route.id + "_" + Self.word(dataset.table)
    summary = route.summary.substituting("a table", by: "the table \(dataset.table)")
    let shape = ColumnFilters(dataset)
    parameters =
      route.parameters.filter { $0.isDocumented && $0.name != "table" }.map { parameter in
        shape.document(parameter) ?? ParameterDocument(parameter)
      } + (route.takesColumns ? shape.filters : [])
    switch rows {
    case .read:
      body = route.body
      let row = Schema.reference(Self.rowName(dataset))
      success = route.success.with(json: .array(row))
    case .insert:
      let input = Schema.reference(Self.inputName(dataset))
      body = Route.RequestBody(
        content: [
          ("application/json", .anyOf([input, .array(input, least: 1, most: InputRows.most)]))
        ])
      success = route.success.with(json: .array(.reference(Self.rowName(dataset))))
    }
  }

  /// The name of the schema of a dataset's rows.
  static func rowName(_ dataset: Dataset) -> String { "Row_" + word(dataset.table) }
  /// The name of the schema of what is inserted into a dataset.
  static func inputName(_ dataset: Dataset) -> String { "Input_" + word(dataset.table) }

  /// A name as components and operations may have it: letters, digits, `.`, `_` and `-`.
  private static func word(_ name: String) -> String {
    String(
      decoding: name.utf8.flatMap { byte -> [UInt8] in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2D: [byte]
        default: Array(".\(String(byte, radix: 16))".utf8)
        }
      }, as: UTF8.self)
  }
}

extension Route.Success {
  /// The same with another schema for its JSON.
  fileprivate func with(json schema: Schema) -> Route.Success {
    var success = self
    success.content = content.map { $0.type == "application/json" ? ($0.type, schema) : $0 }
    return success
  }
}
