/// A table or view of the schema `public`, as those who read it, back it up and restore it know it.
package struct PublicTable: Sendable {
  /// An array of the ids of another table's rows, which no foreign key can check.
  package struct Elements: Sendable {
    package let column: String
    package let table: String
    /// What the rows of the other table are called, in the plural.
    package let noun: String

    package init(column: String, table: String, noun: String) {
      (self.column, self.table, self.noun) = (column, table, noun)
    }
  }

  package let name: String
  /// The columns that tell rows apart.
  package let key: [String]
  /// Whether the API serves its rows.
  package let isServed: Bool
  /// Whether it is a view, which holds no rows to back up.
  package let isView: Bool
  /// Whether rows are only ever added, so that a restore leaves those that the backup does not hold.
  package let onlyGrows: Bool
  package let elements: Elements?

  package init(
    _ name: String, key: [String] = [], isServed: Bool = true, isView: Bool = false,
    onlyGrows: Bool = false, elements: Elements? = nil
  ) {
    self.name = name
    self.key = key
    self.isServed = isServed
    self.isView = isView
    self.onlyGrows = onlyGrows
    self.elements = elements
  }
}
