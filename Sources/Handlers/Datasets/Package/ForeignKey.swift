/// Columns whose values have to be the key of a row of another table, or of the same.
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
