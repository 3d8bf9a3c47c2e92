/// Columns whose values must be the key of a row in another table, or in the same one.
package struct ForeignKey: Sendable, Equatable {
  /// Columns of the dataset's own table.
  package let columns: [String]
  /// The name of the resource referred to.
  package let resource: String
  /// The table of that resource.
  package let table: String
  /// The columns of that table's key, in the order of `columns`.
  package let references: [String]
}

/// Reads a foreign key and validates it against both datasets.
struct ForeignKeyReader {
  private let object: DescriptorObject
  private let columns: [String]
  private let references: [String]
  /// nil for the resource itself.
  private let resource: String?

  init(_ object: DescriptorObject) throws(DataPackageFault) {
    var object = object
    let columns = try object.names("fields")
    var reference = try object.object("reference", "the reference")
    try object.finish()
    let resource = try reference?.string("resource")
    let references = try reference?.names("fields")
    try reference?.finish()
    guard let columns, let references, !columns.isEmpty, Set(columns).count == columns.count else {
      throw object.fault(
        "a foreign key: expected \"fields\", each once, and a \"reference\" with \"resource\" and "
          + "\"fields\"")
    }
    self.object = object
    self.columns = columns
    self.references = references
    // An empty name refers to the resource itself.
    self.resource = resource.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Checks the key against both tables.
  func key(of dataset: Dataset, among datasets: [Dataset]) throws(DataPackageFault) -> ForeignKey {
    let name = resource ?? dataset.name
    let place = "the foreign key over \(columns.joined(separator: ", "))"
    guard let parent = datasets.first(where: { $0.name == name }) else {
      throw object.fault(
        "\(place) refers to \"\(name)\", which is no resource; expected one of "
          + datasets.map(\.name).joined(separator: ", "))
    }
    guard columns.count == references.count, Set(references) == Set(parent.key) else {
      throw object.fault(
        "\(place) refers to \(references.joined(separator: ", ")) of \(name); expected its "
          + "primaryKey: \(parent.key.joined(separator: ", "))")
    }
    for (column, reference) in zip(columns, references) {
      guard let child = dataset.columns.first(where: { $0.name == column }) else {
        throw fault(column, "stands in a foreign key; expected a declared column")
      }
      guard let target = parent.columns.first(where: { $0.name == reference }),
        child.type.canRefer(to: target.type)
      else {
        let type = parent.columns.first { $0.name == reference }?.type.traits.sql ?? "no column"
        throw fault(
          column,
          "is \(child.type.traits.sql) and refers to \(reference) of \(name), which is \(type); "
            + "expected the same type")
      }
    }
    return ForeignKey(
      columns: columns, resource: name, table: parent.table, references: references)
  }

  private func fault(_ field: String, _ rule: String) -> DataPackageFault {
    DataPackageFault(resource: object.resource, field: field, rule)
  }
}

extension FieldType {
  /// Whether values of the two types can be equal, as integers of both widths can.
  fileprivate func canRefer(to other: FieldType) -> Bool {
    let integers = ["integer", "bigint"]
    let (one, two) = (traits.sql, other.traits.sql)
    return one == two || integers.contains(one) && integers.contains(two)
  }
}
