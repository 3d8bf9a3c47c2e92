internal import Datasets
internal import JobIngest
internal import Postgres
internal import Tables

/// A table or view that can be read, with its columns and its key.
struct TableShape: Sendable {
  struct Column: Sendable {
    let name: String
    let type: ColumnType
    let isNullable: Bool

    /// The column in SQL.
    var sql: String { "t." + SQLText.identifier(name) }
  }

  /// The origin of a table.
  enum Kind: String, Sendable {
    /// A dataset of the Data Package.
    case dataset
    /// A table of `job-ingest`.
    case postings
    /// A view of the metrics.
    case metrics
    /// The ledger, which has routes of its own.
    case ledger
  }

  var schema = "public"
  let name: String
  let kind: Kind
  var columns: [Column] = []
  /// The columns that identify a row; they are never NULL.
  let key: [String]

  /// The table in SQL.
  var sql: String { "\(schema).\(SQLText.identifier(name)) t" }

  func column(_ name: String) -> Column? { columns.first { $0.name == name } }

  /// The names of the columns, for messages.
  var columnList: String { columns.map(\.name).joined(separator: ", ") }
}

extension TableShape {
  /// The tables that are no datasets.
  private static let others =
    postings + [
      TableShape(
        name: "hires_by_quarter", kind: .metrics, key: ["year", "department_id", "job_id"]),
      TableShape(name: "departments_above_mean", kind: .metrics, key: ["year", "id"]),
    ]
  private static let postings = PublicTable.jobIngest.filter(\.isServed).map { table in
    TableShape(name: table.name, kind: .postings, key: table.key)
  }

  /// Every table that can be read, without columns, in the order of the Data Package.
  static func all(_ package: DataPackage) -> [TableShape] {
    let datasets = package.datasets.map { dataset in
      TableShape(name: dataset.table, kind: .dataset, key: dataset.key)
    }
    return datasets + others.filter { other in !datasets.contains { $0.name == other.name } }
  }

  /// Asks the catalog for the columns of every table that can be read.
  static func statement(_ package: DataPackage) -> PostgresStatement {
    PostgresStatement(
      """
      SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
      WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY ($1::text[])
        AND a.attnum > 0 AND NOT a.attisdropped
      ORDER BY c.relname, a.attnum
      """, [.textArray(all(package).map(\.name))])
  }

  /// The tables with their columns in the catalog; a dataset has only those it declares.
  static func shapes(
    _ package: DataPackage, _ result: borrowing PostgresResult
  ) throws -> [TableShape] {
    var columns: [String: [Column]] = [:]
    _ = try result.rows { row in
      columns[try row.text(), default: []].append(
        Column(
          name: try row.text(), type: ColumnType(try row.text()), isNullable: try row.bool()))
    }
    return all(package).compactMap { shape in
      guard var found = columns[shape.name] else { return nil }
      if let dataset = package.dataset(named: shape.name), shape.kind == .dataset {
        found = dataset.columns.compactMap { column in found.first { $0.name == column.name } }
      }
      var shape = shape
      // The catalog calls every column of a view nullable, even the key.
      shape.columns = found.map { column in
        let isKey = shape.key.contains(column.name)
        return Column(
          name: column.name, type: column.type, isNullable: column.isNullable && !isKey)
      }
      return shape
    }
  }
}
