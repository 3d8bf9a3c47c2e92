/// Rows for people to read: aligned columns, numbers to the right.
package struct TextTable: Sendable {
  package var columns: [String]
  package var rows: [[String]]

  package init(columns: [String], rows: [[String]]) {
    self.columns = columns
    self.rows = rows
  }

  /// The first rows, and how many more there are.
  package func text(limit: Int = 10) -> String {
    let shown = rows.prefix(limit)
    var lines = [line(columns, shown), rule(shown)]
    lines += shown.map { line($0, shown) }
    if rows.count > limit { lines.append("… and \(rows.count - limit) more") }
    if rows.isEmpty { lines.append("(no rows)") }
    return lines.joined(separator: "\n")
  }

  private func width(_ column: Int, _ shown: ArraySlice<[String]>) -> Int {
    shown.reduce(columns[column].count) { max($0, $1[column].count) }
  }

  private func line(_ fields: [String], _ shown: ArraySlice<[String]>) -> String {
    let cells = fields.enumerated().map { column, field in
      let space = String(repeating: " ", count: width(column, shown) - field.count)
      return isNumeric(column) ? space + field : field + space
    }
    return trimmed("  " + cells.joined(separator: "  "))
  }

  private func rule(_ shown: ArraySlice<[String]>) -> String {
    "  "
      + columns.indices.map { String(repeating: "─", count: width($0, shown)) }
      .joined(separator: "  ")
  }

  private func isNumeric(_ column: Int) -> Bool {
    !rows.isEmpty && rows.allSatisfy { $0[column].isEmpty || Double($0[column]) != nil }
  }

  private func trimmed(_ line: String) -> String {
    String(line.reversed().drop { $0 == " " }.reversed())
  }
}
