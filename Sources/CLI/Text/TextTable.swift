import System

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

/// Numbers as people read them.
enum Quantity {
  /// `1,234,567`.
  static func count(_ number: Int) -> String {
    var text = ""
    for (index, digit) in String(number).reversed().enumerated() {
      if index > 0, index % 3 == 0, digit != "-" { text.append(",") }
      text.append(digit)
    }
    return String(text.reversed())
  }

  /// `180 read = 170 inserted + 10 rejected`; parts of nought are left out.
  static func sum(_ name: String, of parts: [String], _ count: (String) -> Int) -> String {
    let shown = parts.filter { count($0) != 0 }.map { "\(count($0)) \($0)" }
    return "\(count(name)) \(name) = \(shown.isEmpty ? "0" : shown.joined(separator: " + "))"
  }

  /// `509.3 MB`.
  static func bytes(_ count: Int) -> String {
    if count < 1000 { return "\(count) B" }
    var value = Double(count)
    var unit = "B"
    for next in ["kB", "MB", "GB", "TB"] where value >= 999.95 {
      value /= 1000
      unit = next
    }
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10) \(unit)"
  }

  /// `0:07`, `1:02:03`.
  static func time(_ duration: Duration) -> String {
    let seconds = max(0, Int(duration.seconds.rounded(.up)))
    let minutes = seconds / 60 % 60
    return seconds < 3600
      ? "\(minutes):\(padded(seconds % 60))"
      : "\(seconds / 3600):\(padded(minutes)):\(padded(seconds % 60))"
  }

  /// `12.34`.
  static func seconds(_ seconds: Double) -> String {
    let hundredths = Int((min(max(seconds, 0), 1e9) * 100).rounded())
    return "\(hundredths / 100).\(padded(hundredths % 100))"
  }
}

/// Records of CSV, with quotes where they are needed (RFC 4180).
enum CSVText {
  static func lines(_ records: [[String]]) -> [UInt8] {
    records.flatMap { Array("\(record($0))\n".utf8) }
  }

  static func record(_ fields: [String]) -> String {
    fields.map(quoted).joined(separator: ",")
  }

  private static func quoted(_ field: String) -> String {
    guard field.utf8.contains(where: { ",\"\r\n".utf8.contains($0) }) else { return field }
    // By scalars: a mark that combines with a quote must not hide it.
    let scalars = field.unicodeScalars.flatMap { $0 == "\"" ? [$0, $0] : [$0] }
    return "\"\(String(String.UnicodeScalarView(scalars)))\""
  }
}
