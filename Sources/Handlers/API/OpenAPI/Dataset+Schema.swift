internal import Datasets

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
