/// A table or view of the schema `public` that is read, backed up and restored.
package struct PublicTable: Sendable {
  package let name: String
  /// The columns that identify a row.
  package let key: [String]
  /// Whether the API serves its rows.
  package let isServed: Bool
  /// Whether it is a view, which has no rows of its own to back up.
  package let isView: Bool
  /// Whether rows are never deleted, so that a restore keeps those that are not in the backup.
  package let onlyGrows: Bool
  /// An array of the ids of another table's rows, which no foreign key can check, and what those rows
  /// are called in the plural.
  package let elements: (column: String, table: String, noun: String)?

  package init(
    _ name: String, key: [String] = [], isServed: Bool = true, isView: Bool = false,
    onlyGrows: Bool = false,
    elements: (column: String, table: String, noun: String)? = nil
  ) {
    self.name = name
    self.key = key
    self.isServed = isServed
    self.isView = isView
    self.onlyGrows = onlyGrows
    self.elements = elements
  }
}
