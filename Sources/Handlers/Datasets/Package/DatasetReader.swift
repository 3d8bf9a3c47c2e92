internal import CSV
internal import JSON

/// Reads one resource of the descriptor into a dataset.
struct DatasetReader {
  /// PostgreSQL's limit of 1600 columns, minus those that staging adds.
  private static let fieldLimit = 1596
  private static let keyLimit = 32

  private var object: DescriptorObject
  private var schema: DescriptorObject
  private var own: DescriptorObject?
  private let name: String

  /// Starts on a resource.
  init(_ object: DescriptorObject) throws(DataPackageFault) {
    var object = object
    guard let name = try object.string("name") else {
      throw object.fault("a resource has no name")
    }
    object = try object.named(resource: name)
    if let encoding = try object.string("encoding"), encoding.lowercased() != "utf-8" {
      throw object.fault("encoding \"\(encoding)\" is not supported; expected \"utf-8\"")
    }
    guard let schema = try object.object("schema", "the schema") else {
      throw object.fault("has no schema; expected an object with fields")
    }
    self.schema = schema
    self.name = name
    own = try object.object("sluice", "sluice")
    self.object = object
  }

  /// Reads the dataset, except for the targets of its foreign keys.
  mutating func dataset(
    missingValues: [String]
  ) throws(DataPackageFault) -> (Dataset, [ForeignKeyReader]) {
    let table = try own?.string("table") ?? name
    try Identifier.check(table, of: "table", in: name)
    var dialect = DialectReader()
    if var declared = try object.object("dialect", "the dialect") {
      dialect = try DialectReader(&declared)
    }
    let fields = try fields(missingValues, dialect.nullSequence)
    let key = try own?.names("primaryKey") ?? []
    let schemaKey = try schema.names("primaryKey") ?? []
    let foreignKeys = try schema.objects("foreignKeys", "the foreign key") ?? []
    schema.ignore("$schema", "profile")
    try schema.finish()
    let dataset = try dataset(
      table, fields, key: key.isEmpty ? schemaKey : key, dialect)
    return (dataset, try foreignKeys.map(ForeignKeyReader.init))
  }

  private mutating func dataset(
    _ table: String, _ declared: [Dataset.Field], key: [String], _ dialect: DialectReader
  ) throws(DataPackageFault) -> Dataset {
    guard !key.isEmpty, Set(key).count == key.count, key.count <= Self.keyLimit else {
      throw object.fault(
        "its primaryKey: expected the columns that tell one row from another, each once, at most "
          + "\(Self.keyLimit)")
    }
    let fields = declared.map { $0.bounded(inKeyOf: key) }
    let columns = try columns(fields)
    for name in key {
      guard let column = columns.first(where: { $0.name == name }), column.isRequired else {
        throw fault(name, "stands in the primaryKey; expected a declared column that is required")
      }
      guard column.type.traits.isIndexable else {
        throw fault(
          name, "stands in the primaryKey; expected a type other than object, array and geopoint")
      }
    }
    for field in fields where field.constraints.isUnique {
      guard columns.contains(where: { $0.name == field.name }) else {
        throw fault(field.name, "is unique; expected it among the columns")
      }
    }
    let prefix = try own?.string("prefix")
    let header = try header(dialect)
    let mode = try mode()
    let maxRejects = try maxRejects()
    let allowsEmpty = try own?.bool("allowEmpty") ?? false
    let escapesFormulas = try own?.bool("escapeFormulas") ?? false
    try own?.finish()
    return Dataset(
      name: name, table: table, prefix: prefix, fields: fields, columns: columns, key: key,
      header: header, isHeaderCaseSensitive: dialect.isHeaderCaseSensitive,
      dialect: dialect.dialect, mode: mode, maxRejects: maxRejects,
      allowsEmpty: allowsEmpty, escapesFormulas: escapesFormulas)
  }

  private mutating func fields(
    _ missingValues: [String], _ nullSequence: String?
  ) throws(DataPackageFault) -> [Dataset.Field] {
    var missing = try object.strings("missingValues") ?? missingValues
    missing = try schema.strings("missingValues") ?? missing
    if let nullSequence { missing.append(nullSequence) }
    var fields: [Dataset.Field] = []
    for declared in try schema.objects("fields", "the field") ?? [] {
      var reader = try FieldReader(declared)
      let field = try reader.field(missingValues: missing)
      if fields.contains(where: { $0.name == field.name }) {
        throw fault(field.name, "the name is declared twice")
      }
      fields.append(field)
    }
    guard !fields.isEmpty, fields.count <= Self.fieldLimit else {
      throw object.fault("has \(fields.count) fields; expected 1 to \(Self.fieldLimit)")
    }
    return fields
  }

  private mutating func columns(
    _ fields: [Dataset.Field]
  ) throws(DataPackageFault) -> [Dataset.Column] {
    guard let declared = try own?.objects("columns", "the column") else {
      return fields.map { Dataset.Column($0) }
    }
    var columns: [Dataset.Column] = []
    for object in declared {
      let column = try column(object, fields)
      guard !columns.contains(where: { $0.name == column.name }) else {
        throw fault(column.name, "the column is declared twice")
      }
      columns.append(column)
    }
    return columns
  }

  private func column(
    _ object: DescriptorObject, _ fields: [Dataset.Field]
  ) throws(DataPackageFault) -> Dataset.Column {
    var object = object
    guard let name = try object.string("name") else { throw object.fault("a column has no name") }
    try Identifier.check(name, of: "column", in: self.name)
    object = try object.named(resource: self.name, field: name)
    let expression = try object.string("expression")
    let typeName = try object.string("type")
    let format = try object.string("format")
    let isRequired = try object.bool("required")
    try object.finish()
    guard let expression else {
      guard let field = fields.first(where: { $0.name == name }) else {
        throw object.fault("is no field of the schema; expected an \"expression\" that computes it")
      }
      guard typeName == nil, format == nil, isRequired == nil else {
        throw object.fault("takes a field as it is; expected its type and constraints there")
      }
      return Dataset.Column(field)
    }
    guard let type = FieldType(derived: typeName ?? "string", format: format ?? "default") else {
      throw object.fault(
        "type \"\(typeName ?? "string")\" with format \"\(format ?? "default")\" is not supported "
          + "for what an expression computes")
    }
    return Dataset.Column(
      name: name, type: type, isRequired: isRequired ?? false, isUnique: false,
      expression: expression)
  }

  private mutating func header(
    _ dialect: DialectReader
  ) throws(DataPackageFault) -> Dataset.HeaderRule {
    switch try own?.string("header") {
    case "auto": return .auto
    case "skip": return .skipped
    case nil: return dialect.hasHeader ? .present : .absent
    case let other?:
      throw object.fault("header \"\(other)\" is not known; expected \"auto\" or \"skip\"")
    }
  }

  private func fault(_ field: String, _ rule: String) -> DataPackageFault {
    DataPackageFault(resource: name, field: field, rule)
  }

  private mutating func mode() throws(DataPackageFault) -> Dataset.Mode {
    guard let text = try own?.string("mode") else { return .upsert }
    guard let mode = Dataset.Mode(rawValue: text) else {
      let known = Dataset.Mode.allCases.map { "\"\($0.rawValue)\"" }.listed
      throw object.fault("mode \"\(text)\" is not known; expected \(known)")
    }
    return mode
  }

  private mutating func maxRejects() throws(DataPackageFault) -> MaxRejects? {
    guard let value = own?.take("maxRejects") else { return nil }
    guard let limit = MaxRejects(value) else {
      throw object.fault(
        "maxRejects: expected a count of records, a share between 0 and 1, or one such as \"5%\"")
    }
    return limit
  }
}

extension Dataset.Column {
  /// The column that stores a field as it is.
  init(_ field: Dataset.Field) {
    self.init(
      name: field.name, type: field.type, isRequired: field.isRequired,
      isUnique: field.constraints.isUnique, expression: nil)
  }
}

extension Dataset.Field {
  /// The field with its length limited if it is in an index: an entry of PostgreSQL's B-tree is
  /// limited to 2704 bytes, with a header for each column.
  fileprivate func bounded(inKeyOf key: [String]) -> Dataset.Field {
    var field = self
    // The primary key already guarantees this.
    if key == [name] { field.constraints.isUnique = false }
    guard type.traits.isUnbounded else { return field }
    if field.constraints.isUnique { field.constraints.maximumBytes = 2600 }
    if key.contains(name) {
      field.constraints.maximumBytes = 2600 / key.count - (key.count > 1 ? 16 : 0)
    }
    return field
  }
}
