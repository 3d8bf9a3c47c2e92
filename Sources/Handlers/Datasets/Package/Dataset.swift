package import CSV

/// One resource of the Data Package: what its files look like and which table they fill.
package struct Dataset: Sendable {
  /// A column of the table: a field as it is, or an SQL expression over the fields.
  package struct Column: Sendable {
    package let name: String
    package let type: FieldType
    package let isRequired: Bool
    package let isUnique: Bool
    /// nil for a column that stores the field of the same name.
    package let expression: String?
  }

  /// How the first record is treated.
  package enum HeaderRule: Sendable {
    case present, absent, auto
    /// It is always a header, and columns are mapped by position.
    case skipped
  }

  /// How a load treats the existing rows of the table.
  package enum Mode: String, Sendable, CaseIterable {
    /// Rows with the file's keys are updated; others are left unchanged.
    case upsert
    /// The file's rows are added; a record whose key already exists is rejected.
    case append
    /// The file's rows replace all others.
    case replace
  }

  package let name: String
  package let table: String
  package let prefix: String?
  package let fields: [Field]
  package let columns: [Column]
  /// Names of the primary key's columns.
  package let key: [String]
  package var foreignKeys: [ForeignKey] = []
  package var header: HeaderRule
  /// Whether a header must match the case of the schema's field names.
  package let isHeaderCaseSensitive: Bool
  package var dialect: CSVDialect
  package var mode: Mode
  /// How many records may be rejected before the load fails; nil for no limit.
  package var maxRejects: MaxRejects?
  /// Whether a file without records is accepted, whatever the mode.
  package let allowsEmpty: Bool
  /// Whether the reject file escapes fields that look like formulas.
  package let escapesFormulas: Bool

  /// Whether columns are computed in SQL, so that a row can still be rejected after it was staged.
  package var isDerived: Bool { columns.contains { $0.expression != nil } }

  /// Whether only SQL can decide to reject or put off a row, so that it has to be staged.
  package var isJudgedInSQL: Bool {
    isDerived || !foreignKeys.isEmpty || columns.contains(where: \.isUnique)
  }

  /// Whether staging stores the position of each row in the file.
  package var keepsPositions: Bool { isJudgedInSQL || mode == .append }

  /// The names of the fields, for messages.
  package var fieldList: String { fields.map(\.name).joined(separator: ", ") }
}
