package import CSV

/// One resource of the Data Package: what its files look like and which table they fill.
package struct Dataset: Sendable {
  /// A column of the table: a field as it is, or an SQL expression over the fields.
  package struct Column: Sendable {
    package let name: String
    package let type: FieldType
    package let isRequired: Bool
    package let isUnique: Bool
    /// nil for a column that takes the field of the same name.
    package let expression: String?
  }

  /// How the first record is taken.
  package enum HeaderRule: Sendable {
    case present, absent, auto
    /// It is a header whatever it says, and columns are taken by position.
    case skipped
  }

  /// What a load does with the rows that the table holds already.
  package enum Mode: String, Sendable, CaseIterable {
    /// Rows of the file's keys are updated, others are left.
    case upsert
    /// The file's rows are added; a record whose key is there already is refused.
    case append
    /// The file's rows take the place of all others.
    case replace
  }

  package let name: String
  package let table: String
  package let prefix: String?
  package let fields: [Field]
  package let columns: [Column]
  /// Names of the columns that make the primary key.
  package let key: [String]
  package var foreignKeys: [ForeignKey] = []
  package var header: HeaderRule
  /// Whether a header has to name the fields in the schema's own case.
  package let isHeaderCaseSensitive: Bool
  package var dialect: CSVDialect
  package var mode: Mode
  /// How many records may be refused before the load fails; nil when that many as there are.
  package var maxRejects: MaxRejects?
  /// Whether a file without any record is a load of none, whatever the mode.
  package let allowsEmpty: Bool
  /// Whether the file of rejects shows fields that look like formulas as text.
  package let escapesFormulas: Bool

  /// Whether columns are computed in SQL, so that a row can still be refused after it was staged.
  package var isDerived: Bool { columns.contains { $0.expression != nil } }

  /// Whether a row can be refused or put off by what only SQL knows, so that it has to be staged.
  package var isJudgedInSQL: Bool {
    isDerived || !foreignKeys.isEmpty || columns.contains(where: \.isUnique)
  }

  /// Whether staging keeps the place of each row in the file.
  package var keepsPositions: Bool { isJudgedInSQL || mode == .append }

  /// The names of the fields, for messages.
  package var fieldList: String { fields.map(\.name).joined(separator: ", ") }
}
