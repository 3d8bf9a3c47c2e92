package import CSV

/// One resource of the Data Package: what its files look like and which table they fill.
package struct Dataset: Sendable {
  /// A field of the file, in the schema's order.
  package struct Field: Sendable {
    package let name: String
    package let type: FieldType
    package let isRequired: Bool

    /// The field as part of a key: an entry of PostgreSQL's B-tree holds 2704 bytes in all.
    func bounded(toShareOf parts: Int) -> Field {
      guard case .string(var rule) = type else { return self }
      rule.maximumBytes = 2600 / parts
      return Field(name: name, type: .string(rule), isRequired: isRequired)
    }
  }

  /// A column of the table: a field as it is, or an SQL expression over the fields.
  package struct Column: Sendable {
    package let name: String
    package let type: FieldType
    package let isRequired: Bool
    /// nil for a column that takes the field of the same name.
    package let expression: String?
  }

  /// How the first record is taken.
  package enum HeaderRule: Sendable { case present, absent, auto }

  package let name: String
  package let table: String
  package let prefix: String?
  package let fields: [Field]
  package let columns: [Column]
  /// Names of the columns that make the primary key.
  package let key: [String]
  package let missingValues: [[UInt8]]
  package let header: HeaderRule
  package let dialect: CSVDialect

  /// Whether columns are computed in SQL, so that a row can still be refused after it was staged.
  package var isDerived: Bool { columns.contains { $0.expression != nil } }

  /// The names of the fields, for messages.
  package var fieldList: String { fields.map(\.name).joined(separator: ", ") }
}
