/// A table or view of the schema `public`, as those who read it, back it up and restore it know it.
package struct PublicTable: Sendable {
  package let name: String
  /// The columns that tell rows apart.
  package let key: [String]
  /// Whether the API serves its rows.
  package let isServed: Bool
  /// Whether it is a view, which holds no rows to back up.
  package let isView: Bool
  /// Whether rows are only ever added, so that a restore leaves those that the backup does not hold.
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
