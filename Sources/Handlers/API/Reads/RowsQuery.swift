internal import LambdaEvents
internal import Postgres
internal import Tables

/// A query of a table: columns, filters and order, each checked against the table.
struct RowsQuery: Sendable {
  let table: TableShape
  let columns: [TableShape.Column]
  let condition: Condition
  let order: KeysetOrder
  /// Everything that a cursor is bound to, as one text.
  let binding: String

  /// Makes a query for a route with parameters of its own.
  init(
    _ call: APICall, _ table: TableShape, columns names: [String], _ condition: Condition,
    order: String
  ) throws {
    self.table = table
    columns = names.compactMap { table.column($0) }
    self.condition = condition
    self.order = try KeysetOrder(order, table)
    binding = try Self.binding(call, table)
  }

  /// Reads `select`, `order`, `and`, `or` and the columns' filters.
  init(_ call: APICall, _ table: TableShape) throws {
    self.table = table
    columns = try Self.columns(call.arguments["select"], table)
    order = try KeysetOrder(call.arguments["order"], table)
    var reader = ConditionReader(table)
    var conditions: [Condition] = []
    for item in call.arguments.columnItems {
      conditions.append(try reader.condition(column: item.name, item.value))
    }
    for name in ["and", "or"] {
      if let text = call.arguments[name] { conditions.append(try reader.group(name, text)) }
    }
    condition = .all(conditions)
    binding = try Self.binding(call, table)
  }

  private static func binding(_ call: APICall, _ table: TableShape) throws -> String {
    let items = try call.request.query.filter { $0.name != "cursor" && $0.name != "limit" }
    return
      ([call.route.id, call.arguments["id"] ?? "", table.name]
      + items.map { "\($0.name)=\($0.value)" }.sorted())
      .joined(separator: "\u{0}")
  }

  private static func columns(
    _ text: String?, _ table: TableShape
  ) throws(Problem) -> [TableShape.Column] {
    guard let text else { return table.columns }
    var columns: [TableShape.Column] = []
    for name in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let column = table.column(String(name)),
        !columns.contains(where: { $0.name == column.name })
      else {
        throw Problem(
          .badRequest, "select: \"\(name)\" is no column, or comes twice.",
          hint: "The columns are \(table.columnList).")
      }
      columns.append(column)
    }
    return columns
  }

  /// The rows after a cursor's values, until the page exceeds `bytes`.
  ///
  /// The first column is the row in the requested form, except for CSV, whose fields come last; then
  /// come the number of rows, up to one more than the page has, and the values for a cursor.
  func page(
    _ form: RowForm, after values: [String?]?, limit: Int, bytes: Int
  ) -> PostgresStatement {
    var parameters: [PostgresValue] = []
    var filter = condition.sql(&parameters)
    if let values { filter = "(\(filter)) AND \(order.after(values, &parameters))" }
    let cursors = order.terms.enumerated().map { index, term in
      "\(term.column.sql)::text AS sluice_k\(index)"
    }
    let names = order.terms.indices.map { "sluice_k\($0)" }.joined(separator: ", ")
    let sql = """
      SELECT \(form == .csv ? "NULL" : "sluice_row"), sluice_rows, \(names)\
      \(form == .csv ? ", " + SQLText.list(columns.map(\.name)) : "")
      FROM (
        SELECT *, count(*) OVER () AS sluice_rows, row_number() OVER rows AS sluice_number,
          sum(octet_length(sluice_row)) OVER rows AS sluice_bytes
        FROM (
          SELECT \(row(form)) AS sluice_row, \(cursors.joined(separator: ", "))\
      \(form == .csv ? ", " + fields : "")
          FROM \(table.sql) WHERE \(filter)
          ORDER BY \(order.sql) LIMIT \(limit + 1)) page
        WINDOW rows AS (ROWS UNBOUNDED PRECEDING)) counted
      WHERE sluice_number <= \(limit) AND (sluice_bytes <= \(bytes) OR sluice_number = 1)
      ORDER BY sluice_number
      """
    return PostgresStatement(sql, parameters)
  }

  /// The order's values of the row with a key, for a cursor that has only the key; nil when the key
  /// belongs to another query.
  func values(ofKey key: [String?]) -> PostgresStatement? {
    let terms = order.terms.filter { table.key.contains($0.column.name) }
    guard terms.count == key.count else { return nil }
    var parameters: [PostgresValue] = []
    var filter = condition.sql(&parameters)
    for (term, value) in zip(terms, key) {
      parameters.append(.text(ifPresent: value))
      filter += " AND \(term.column.sql) = $\(parameters.count)::\(term.column.type.sql)"
    }
    return PostgresStatement(
      "SELECT \(order.cursorColumns) FROM \(table.sql) WHERE \(filter)", parameters)
  }

  /// The order's values that are the row's key.
  func key(of values: [String?]) -> [String?] {
    zip(order.terms, values).filter { table.key.contains($0.0.column.name) }.map(\.1)
  }

  /// All rows, for a stream.
  func all(_ form: RowForm) -> PostgresStatement {
    var parameters: [PostgresValue] = []
    let filter = condition.sql(&parameters)
    return PostgresStatement(
      """
      SELECT \(form == .csv ? fields : row(form)) FROM \(table.sql) WHERE \(filter)
      ORDER BY \(order.sql)
      """, parameters)
  }

  /// The number of all rows, counted or estimated by the planner.
  func count(isExact: Bool) -> PostgresStatement {
    var parameters: [PostgresValue] = []
    let filter = condition.sql(&parameters)
    let sql =
      isExact
      ? "SELECT count(*) FROM \(table.sql) WHERE \(filter)"
      : "EXPLAIN (FORMAT JSON) SELECT 1 FROM \(table.sql) WHERE \(filter)"
    return PostgresStatement(sql, parameters)
  }

  /// The row as JSON text; for CSV only its size matters.
  private func row(_ form: RowForm) -> String {
    let list = columns.map { "\($0.sql)" }.joined(separator: ", ")
    if form == .csv { return "ROW(\(list))::text" }
    return "(SELECT row_to_json(r)::text FROM (SELECT \(list)) r)"
  }

  /// The columns as their text in JSON, so that times have a `T`.
  private var fields: String {
    columns.map { column in
      let text =
        switch column.type {
        case .timestamp, .other: "to_json(\(column.sql)) #>> '{}'"
        default: "\(column.sql)::text"
        }
      return "\(text) AS \(SQLText.identifier(column.name))"
    }.joined(separator: ", ")
  }
}
