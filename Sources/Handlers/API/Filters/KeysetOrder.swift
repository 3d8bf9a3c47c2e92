internal import Postgres

/// The order of a table's rows, which the key makes total, for keyset pagination.
struct KeysetOrder: Sendable {
  struct Term: Sendable {
    let column: TableShape.Column
    var descends = false
    var putsNullsFirst = false

    fileprivate var sql: String {
      let nulls = column.isNullable ? (putsNullsFirst ? " NULLS FIRST" : " NULLS LAST") : ""
      return column.sql + (descends ? " DESC" : "") + nulls
    }
  }

  let terms: [Term]

  /// Reads `age.desc.nullslast,id`, and appends the columns of the key that it does not name.
  init(_ text: String?, _ table: TableShape) throws(Problem) {
    var terms: [Term] = []
    for part in (text ?? "").split(separator: ",", omittingEmptySubsequences: text == nil) {
      let words = part.split(separator: ".", omittingEmptySubsequences: false)
      guard let name = words.first, let column = table.column(String(name)),
        column.type.isOrdered
      else { throw Self.refusal("\"\(words.first ?? "")\" is no column to order by", table) }
      var term = Term(column: column)
      var rest = words.dropFirst()
      if let direction = rest.first, direction == "asc" || direction == "desc" {
        term.descends = direction == "desc"
        rest = rest.dropFirst()
      }
      // PostgreSQL's default: NULL is above all values.
      term.putsNullsFirst = term.descends
      if let nulls = rest.first, nulls == "nullsfirst" || nulls == "nullslast" {
        term.putsNullsFirst = nulls == "nullsfirst"
        rest = rest.dropFirst()
      }
      guard rest.isEmpty else {
        throw Self.refusal("\"\(part)\" is not understood", table)
      }
      // A repeated column has no effect.
      if !terms.contains(where: { $0.column.name == name }) { terms.append(term) }
    }
    for name in table.key where !terms.contains(where: { $0.column.name == name }) {
      guard let column = table.column(name) else { continue }
      terms.append(Term(column: column, descends: terms.last?.descends ?? false))
    }
    self.terms = terms
  }

  private static func refusal(_ reason: String, _ table: TableShape) -> Problem {
    Problem(
      .badRequest, "The order is not understood: \(reason).",
      hint: "Expected COLUMN, COLUMN.desc or COLUMN.asc.nullsfirst, separated by commas; the "
        + "columns are \(table.columnList).")
  }

  /// The ORDER BY list.
  var sql: String { terms.map(\.sql).joined(separator: ", ") }

  /// The columns whose values are in a cursor.
  var cursorColumns: String {
    terms.map { "\($0.column.sql)::text" }.joined(separator: ", ")
  }

  /// The condition on the rows after the given values.
  ///
  /// Columns that are never NULL and have the same direction are compared as one row, for which an index
  /// on them gives the starting point.
  func after(_ values: [String?], _ parameters: inout [PostgresValue]) -> String {
    var bound: [String?] = []
    for (term, value) in zip(terms, values) {
      guard let value else {
        bound.append(nil)
        continue
      }
      parameters.append(.text(value))
      bound.append("$\(parameters.count)::\(term.column.type.sql)")
    }
    let descends = terms.first?.descends ?? false
    let isPlain = terms.allSatisfy { !$0.column.isNullable && $0.descends == descends }
    let known = bound.compactMap { $0 }
    if isPlain, known.count == terms.count {
      let columns = terms.map(\.column.sql).joined(separator: ", ")
      return "(\(columns)) \(descends ? "<" : ">") (\(known.joined(separator: ", ")))"
    }
    var choices: [String] = []
    for index in terms.indices {
      guard let beyond = Self.beyond(terms[index], bound[index]) else { continue }
      let same = terms[..<index].indices.map { Self.same(terms[$0], bound[$0]) }
      choices.append("(" + (same + [beyond]).joined(separator: " AND ") + ")")
    }
    return choices.isEmpty ? "false" : "(" + choices.joined(separator: " OR ") + ")"
  }

  private static func same(_ term: Term, _ value: String?) -> String {
    value.map { "\(term.column.sql) = \($0)" } ?? "\(term.column.sql) IS NULL"
  }

  /// The condition on values after one of a column; nil when there are none.
  private static func beyond(_ term: Term, _ value: String?) -> String? {
    let column = term.column.sql
    guard let value else { return term.putsNullsFirst ? "\(column) IS NOT NULL" : nil }
    let later = "\(column) \(term.descends ? "<" : ">") \(value)"
    return term.column.isNullable && !term.putsNullsFirst
      ? "(\(later) OR \(column) IS NULL)" : later
  }
}
