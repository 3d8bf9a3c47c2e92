internal import CSV
internal import JSON
internal import LambdaRuntime

/// The datasets that may be loaded and read, as declared in a Frictionless Data Package.
///
/// The format is that of <https://specs.frictionlessdata.io/data-package/> with Table Schema and CSV
/// Dialect; our own keys stand under `sluice` in a resource.
public struct DataPackage: Sendable {
  package let datasets: [Dataset]

  /// Reads a descriptor.
  ///
  /// - Throws: ``DataPackageFault`` naming the resource, the field and the rule.
  public init(json: [UInt8]) throws(DataPackageFault) {
    let descriptor: DataPackageDescriptor
    do {
      descriptor = try JSON.decode(DataPackageDescriptor.self, from: json)
    } catch {
      throw DataPackageFault("is not a readable descriptor: \(error)")
    }
    try DataPackageKeys.refuseUnknown(in: json)
    guard !descriptor.resources.isEmpty else {
      throw DataPackageFault("has no resource; expected at least one")
    }
    var datasets: [Dataset] = []
    for resource in descriptor.resources {
      let dataset = try Self.dataset(resource)
      if datasets.contains(where: { $0.name == dataset.name || $0.table == dataset.table }) {
        throw DataPackageFault(resource: resource.name, "its name or table is declared twice")
      }
      datasets.append(dataset)
    }
    self.datasets = datasets
  }

  /// Finds the dataset an object belongs to: by the key's prefix, else by the name of the file.
  package func dataset(forKey key: String) -> Dataset? {
    let byPrefix = datasets.filter { dataset in
      dataset.prefix.map { key.utf8.starts(with: $0.utf8) } ?? false
    }
    if let longest = byPrefix.max(by: {
      ($0.prefix?.utf8.count ?? 0) < ($1.prefix?.utf8.count ?? 0)
    }) {
      return longest
    }
    let file = key.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    let stem = file.split(separator: ".").first ?? ""
    return datasets.first { $0.name == stem }
  }

  /// Finds a dataset by its own name or its table's.
  package func dataset(named name: String) -> Dataset? {
    datasets.first { $0.table == name } ?? datasets.first { $0.name == name }
  }

  /// The names of all datasets, for messages.
  package var names: String { datasets.map(\.name).joined(separator: ", ") }

  private static func dataset(
    _ resource: DataPackageDescriptor.Resource
  ) throws(DataPackageFault) -> Dataset {
    func fault(_ rule: String) -> DataPackageFault {
      DataPackageFault(resource: resource.name, rule)
    }
    try identifier(resource.sluice?.table ?? resource.name, of: "table", in: resource.name)
    if let mode = resource.sluice?.mode, mode != "upsert" {
      throw fault("mode \"\(mode)\" is not known; expected \"upsert\"")
    }
    if resource.sluice?.maxRejects != nil {
      throw fault("maxRejects is not supported")
    }
    var fields: [Dataset.Field] = []
    for field in resource.schema.fields {
      try identifier(field.name, of: "field", in: resource.name)
      if fields.contains(where: { $0.name == field.name }) {
        throw DataPackageFault(
          resource: resource.name, field: field.name, "the name is declared twice")
      }
      let type = try FieldTypeReader(resource: resource.name, field: field.name).type(
        named: field.type ?? "string", format: field.format, constraints: field.constraints)
      fields.append(
        Dataset.Field(
          name: field.name, type: type, isRequired: field.constraints?.required ?? false))
    }
    // PostgreSQL's 1600 columns, less those that staging adds.
    guard !fields.isEmpty, fields.count <= 1596 else {
      throw fault("has \(fields.count) fields; expected 1 to 1596")
    }
    let key = resource.sluice?.primaryKey?.list ?? resource.schema.primaryKey?.list ?? []
    guard !key.isEmpty, Set(key).count == key.count else {
      throw fault("its primaryKey: expected the columns that tell one row from another, each once")
    }
    fields = fields.map { key.contains($0.name) ? $0.bounded(toShareOf: key.count) : $0 }
    let columns = try Self.columns(resource, fields)
    for name in key where !columns.contains(where: { $0.name == name && $0.isRequired }) {
      throw DataPackageFault(
        resource: resource.name, field: name,
        "stands in the primaryKey; expected a declared column that is required")
    }
    return Dataset(
      name: resource.name, table: resource.sluice?.table ?? resource.name,
      prefix: resource.sluice?.prefix, fields: fields, columns: columns, key: key,
      missingValues: (resource.schema.missingValues ?? [""]).map { Array($0.utf8) },
      header: try header(resource), dialect: try dialect(resource))
  }

  private static func columns(
    _ resource: DataPackageDescriptor.Resource, _ fields: [Dataset.Field]
  ) throws(DataPackageFault) -> [Dataset.Column] {
    guard let declared = resource.sluice?.columns else {
      return fields.map {
        Dataset.Column(name: $0.name, type: $0.type, isRequired: $0.isRequired, expression: nil)
      }
    }
    var columns: [Dataset.Column] = []
    for column in declared {
      try identifier(column.name, of: "column", in: resource.name)
      guard !columns.contains(where: { $0.name == column.name }) else {
        throw DataPackageFault(
          resource: resource.name, field: column.name, "the column is declared twice")
      }
      if let expression = column.expression {
        let type = try FieldTypeReader(resource: resource.name, field: column.name).type(
          named: column.type ?? "string", format: column.format, constraints: nil)
        columns.append(
          Dataset.Column(
            name: column.name, type: type, isRequired: column.required ?? false,
            expression: expression))
      } else if let field = fields.first(where: { $0.name == column.name }) {
        columns.append(
          Dataset.Column(
            name: field.name, type: field.type, isRequired: field.isRequired, expression: nil))
      } else {
        throw DataPackageFault(
          resource: resource.name, field: column.name,
          "is no field of the schema; expected an \"expression\" that computes it")
      }
    }
    return columns
  }

  private static func header(
    _ resource: DataPackageDescriptor.Resource
  ) throws(DataPackageFault) -> Dataset.HeaderRule {
    switch resource.sluice?.header {
    case "auto": return .auto
    case nil: return resource.dialect?.header ?? true ? .present : .absent
    case let other?:
      throw DataPackageFault(
        resource: resource.name, "header \"\(other)\" is not known; expected \"auto\"")
    }
  }

  private static func dialect(
    _ resource: DataPackageDescriptor.Resource
  ) throws(DataPackageFault) -> CSVDialect {
    func byte(_ text: String?, _ name: String) throws(DataPackageFault) -> UInt8? {
      guard let text else { return nil }
      guard text.utf8.count == 1, let byte = text.utf8.first, byte != 10, byte != 13, byte < 128
      else {
        throw DataPackageFault(
          resource: resource.name,
          "dialect \(name) \"\(text)\": expected one ASCII character, no line end")
      }
      return byte
    }
    var dialect = CSVDialect()
    if let delimiter = try byte(resource.dialect?.delimiter, "delimiter") {
      dialect.delimiter = delimiter
    }
    if let quote = try byte(resource.dialect?.quoteChar, "quoteChar") { dialect.quote = quote }
    if let comment = try byte(resource.dialect?.commentChar, "commentChar") {
      dialect.comment = comment
    }
    dialect.skipInitialSpace = resource.dialect?.skipInitialSpace ?? false
    dialect.doubleQuote = resource.dialect?.doubleQuote ?? true
    return dialect
  }

  /// Refuses names that PostgreSQL would cut, or that could not be typed.
  private static func identifier(
    _ name: String, of kind: String, in resource: String
  ) throws(DataPackageFault) {
    let isPlain = name.utf8.allSatisfy { byte in
      (97...122).contains(byte) || (65...90).contains(byte) || (48...57).contains(byte)
        || byte == 95 || byte >= 128 || byte == 32 || byte == 45
    }
    guard isPlain, !name.isEmpty, name.utf8.count <= 63, !name.hasPrefix("sluice_") else {
      throw DataPackageFault(
        resource: resource, field: kind == "table" ? nil : name,
        "the \(kind) name \"\(name)\": expected 1 to 63 bytes of letters, digits, _, - or spaces, "
          + "not beginning with sluice_")
    }
  }
}
