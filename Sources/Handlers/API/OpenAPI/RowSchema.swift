internal import Datasets
internal import System

extension Dataset {
  /// The schema of a row in a response.
  var rowSchema: Schema {
    .object(
      columns.map { column in
        let type = ColumnType(column.type.traits.sql).schema
        let isRequired = column.isRequired || key.contains(column.name)
        return .optional(column.name, isRequired ? type : .nullable(type))
      })
  }

  /// The schema of a row to insert: the fields of a record, under the same rules.
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
  /// The schema of a value in the JSON that PostgreSQL makes of a row.
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
  /// The schema of a value in the JSON of a row to insert.
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

/// One operation of the document: a route, or a route for one table with that table's columns.
struct TableOperation {
  let route: Route
  let path: String
  let id: String
  let summary: String
  let parameters: [ParameterDocument]
  let body: Route.RequestBody?
  let success: Route.Success

  /// A route as it is or, if it is about the rows of any table, once for each dataset.
  static func expanded(_ route: Route, _ package: DataPackage) -> [TableOperation] {
    guard let rows = route.rows else { return [TableOperation(route)] }
    return package.datasets.map { TableOperation(route, rows, of: $0) }
  }

  private init(_ route: Route) {
    self.route = route
    path = route.path.text
    id = route.id
    summary = route.summary
    parameters = route.parameters().filter(\.isDocumented).map { ParameterDocument($0) }
    body = route.body()
    success = route.success()
  }

  private init(_ route: Route, _ rows: Route.Rows, of dataset: Dataset) {
    self.route = route
    path = route.path.text.substituting("{table}", by: PercentEncoding.component(dataset.table))
    id = route.id + "_" + Self.word(dataset.table)
    summary = route.summary.substituting("a table", by: "the table \(dataset.table)")
    let shape = ColumnFilters(dataset)
    parameters =
      route.parameters().filter { $0.isDocumented && $0.name != "table" }.map { parameter in
        shape.document(parameter) ?? ParameterDocument(parameter)
      } + (route.takesColumns ? shape.filters : [])
    switch rows {
    case .read:
      body = route.body()
    case .insert:
      let input = Schema.reference(Self.inputName(dataset))
      body = Route.RequestBody(
        content: [
          ("application/json", .anyOf([input, .array(input, least: 1, most: InputRows.most)]))
        ])
    }
    var success = route.success()
    success.content = success.content.map { type, schema in
      (type, type == "application/json" ? .array(.reference(Self.rowName(dataset))) : schema)
    }
    self.success = success
  }

  /// The name of the schema of a dataset's rows.
  static func rowName(_ dataset: Dataset) -> String { "Row_" + word(dataset.table) }
  /// The name of the schema of rows to insert into a dataset.
  static func inputName(_ dataset: Dataset) -> String { "Input_" + word(dataset.table) }

  /// A name that components and operations accept: letters, digits, `.`, `_` and `-`.
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
