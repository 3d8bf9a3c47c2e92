internal import Datasets

/// The statements that create a dataset's table, or bring an older one up to date with the
/// descriptor.
///
/// Changes that lose nothing are made: a nullable column is added, a constraint is dropped. Changes
/// that could lose values or conflict with rows are made only on an empty table; on any other table
/// they are rejected with the statement to run.
struct TablePlan {
  /// Statements that can run whatever the table contains.
  private(set) var always: [String] = []
  /// Statements for an empty table, each with the fault to report if the table is not empty.
  private(set) var whenEmpty: [(sql: String, refusal: DataPackageFault)] = []

  private let dataset: Dataset
  private let table: String

  var isEmpty: Bool { always.isEmpty && whenEmpty.isEmpty }

  /// Compares a dataset with its table; nil stands for a table that does not exist.
  ///
  /// - Throws: ``DataPackageFault`` for differences that no statement of ours can resolve.
  init(_ dataset: Dataset, _ state: SchemaState.Table?) throws(DataPackageFault) {
    self.dataset = dataset
    table = SQLText.table(dataset.table)
    guard let state else {
      always = [create]
      return
    }
    guard state.kind == "r" || state.kind == "p" else {
      throw fault(nil, "\(table) is no table; expected none, or a table of its columns")
    }
    for column in dataset.columns {
      if let present = state.columns.first(where: { $0.name == column.name }) {
        try compare(column, present)
      } else {
        add(column)
      }
    }
    compareKey(state)
    for present in state.columns {
      let isDeclared = dataset.columns.contains { $0.name == present.name }
      guard !isDeclared, present.isRequired, !present.hasDefault else { continue }
      alter(
        present.name, "ALTER COLUMN \(SQLText.identifier(present.name)) DROP NOT NULL",
        "stands in \(table) and is not declared, and no row can do without it. To keep its values "
          + "and go on without it, run")
    }
  }

  private var create: String {
    var lines = dataset.columns.map { definition($0) }
    lines.append("PRIMARY KEY (\(SQLText.list(dataset.key)))")
    return "CREATE TABLE \(table) (\n  \(lines.joined(separator: ",\n  ")))"
  }

  private func definition(_ column: Dataset.Column) -> String {
    "\(SQLText.identifier(column.name)) \(column.type.traits.sql)"
      + (column.isRequired ? " NOT NULL" : "")
      + (column.isUnique ? " UNIQUE \(Self.deferrable)" : "")
  }

  // Deferrable, so that one statement can change values among its rows.
  private static let deferrable = "DEFERRABLE INITIALLY IMMEDIATE"

  private mutating func add(_ column: Dataset.Column) {
    let sql = "ALTER TABLE \(table) ADD COLUMN \(definition(column))"
    guard column.isRequired else {
      always.append(sql)
      return
    }
    let name = SQLText.identifier(column.name)
    let refusal = fault(
      column.name,
      "is new and required, and \(table) holds rows that have no value for it. Give them one: ALTER "
        + "TABLE \(table) ADD COLUMN \(name) \(column.type.traits.sql); UPDATE \(table) SET \(name) "
        + "= …; ALTER TABLE \(table) ALTER COLUMN \(name) SET NOT NULL")
    whenEmpty.append((sql, refusal))
  }

  private mutating func compare(
    _ column: Dataset.Column, _ present: SchemaState.Column
  ) throws(DataPackageFault) {
    let name = SQLText.identifier(column.name)
    guard !present.isGenerated else {
      throw fault(
        column.name,
        "is computed in \(table), which takes no value for it; expected an ordinary column")
    }
    let type = column.type.traits.sql
    // A column that once had wider bounds can store everything that narrower ones allow.
    if present.type != type, !(type == "integer" && present.type == "bigint") {
      // The cast goes through text, so that a value that does not fit stops the change instead of
      // being altered.
      alter(
        column.name, "ALTER COLUMN \(name) TYPE \(type) USING \(name)::text::\(type)",
        "is \(present.type) in \(table); expected \(type). To change it, run")
    }
    // A primary key makes its columns NOT NULL itself.
    if column.isRequired, !present.isRequired, !dataset.key.contains(column.name) {
      alter(
        column.name, "ALTER COLUMN \(name) SET NOT NULL",
        "is required, and \(table) allows it to be NULL. Where no row is, run")
    }
    if !column.isRequired, present.isRequired, !present.isInKey {
      always.append("ALTER TABLE \(table) ALTER COLUMN \(name) DROP NOT NULL")
    }
    if column.isUnique, !present.isUnique {
      alter(
        column.name, "ADD UNIQUE (\(name)) \(Self.deferrable)",
        "is unique, and nothing holds \(table) to it. Where no two rows are the same, run")
    }
    if !column.isUnique, let constraint = present.uniqueConstraint {
      always.append("ALTER TABLE \(table) DROP CONSTRAINT \(SQLText.identifier(constraint))")
    }
  }

  private mutating func compareKey(_ state: SchemaState.Table) {
    let present = state.columns.filter(\.isInKey).map(\.name)
    guard Set(present) != Set(dataset.key) else { return }
    let drop = state.keyConstraint.map { "DROP CONSTRAINT \(SQLText.identifier($0)), " } ?? ""
    let others = present.filter { !dataset.key.contains($0) }.compactMap { name in
      // A column removed from the key stays NOT NULL, whatever is declared.
      dataset.columns.first { $0.name == name && !$0.isRequired }
    }
    let loosen = others.map { ", ALTER COLUMN \(SQLText.identifier($0.name)) DROP NOT NULL" }
    alter(
      nil, "\(drop)ADD PRIMARY KEY (\(SQLText.list(dataset.key)))\(loosen.joined())",
      "the primaryKey is \(dataset.key.joined(separator: ", ")), and that of \(table) is "
        + "\(present.isEmpty ? "none" : present.joined(separator: ", ")). To change it, run")
  }

  private mutating func alter(_ field: String?, _ action: String, _ why: String) {
    let sql = "ALTER TABLE \(table) \(action)"
    whenEmpty.append((sql, fault(field, "\(why): \(sql)")))
  }

  private func fault(_ field: String?, _ rule: String) -> DataPackageFault {
    DataPackageFault(resource: dataset.name, field: field, rule)
  }
}
