package import JSON

/// One load in the answer of `csv-load`, for people to read.
package struct LoadReport: Sendable, Equatable {
  package let value: JSONValue

  package init(_ value: JSONValue) {
    self.value = value
  }

  /// The loads in an answer; none when it is of another shape.
  package static func all(in answer: [UInt8]) -> [LoadReport] {
    guard case .array(let loads) = (try? JSON.decode(JSONValue.self, from: answer))?["loads"]
    else { return [] }
    return loads.map { LoadReport($0) }
  }

  package var key: String { value["key"]?.string ?? "?" }
  package var status: String { value["status"]?.string ?? "?" }

  /// For example `uploads/jobs/jobs.csv → jobs: loaded, 180 read = 170 inserted + 10 rejected, 0.02 s`.
  package var line: String {
    var line = key
    if let table = value["table"]?.string { line += " → \(table)" }
    line += ": \(status)"
    if let read = count("read") {
      let parts = Self.outcomes.compactMap { name in
        count(name).flatMap { $0 == 0 ? nil : "\($0) \(name)" }
      }
      line += ", \(read) read = \(parts.isEmpty ? "0" : parts.joined(separator: " + "))"
    }
    if let seconds { line += ", \(seconds) s" }
    if let reason = reason { line += ": \(reason)" }
    return line
  }

  /// The first rejected records, each with its place and reason, how many more there are, and the
  /// object that holds them all.
  package func rejectLines(limit: Int) -> [String] {
    guard case .array(let rejects) = value["rejects"], !rejects.isEmpty else { return [] }
    var lines = rejects.prefix(limit).map { reject in
      var line = "line "
      if case .integer(let number) = reject["line"] { line += String(number) } else { line += "?" }
      let reason = reject["reason"]?.string ?? "rejected"
      if let column = reject["column"]?.string, !reason.hasPrefix(column) { line += ", \(column)" }
      return "\(line): \(reason)"
    }
    let all = count("rejected") ?? Int64(rejects.count)
    if all > lines.count { lines.append("… and \(all - Int64(lines.count)) more") }
    if let key = value["rejects_key"]?.string { lines.append("to mend and upload again: \(key)") }
    return lines
  }

  private static let outcomes = [
    "inserted", "updated", "unchanged", "superseded", "rejected", "pending",
  ]

  private func count(_ name: String) -> Int64? {
    guard case .integer(let count) = value[name] else { return nil }
    return count
  }

  private var reason: String? {
    value["reason"]?.string ?? value["error"]?.string ?? value["message"]?.string
  }

  /// With two decimals, as people read it.
  private var seconds: String? {
    let seconds: Double
    switch value["seconds"] {
    case .number(let number) where number.isFinite && number >= 0 && number < 1e9:
      seconds = number
    case .integer(let number) where number >= 0: seconds = Double(number)
    default: return nil
    }
    let hundredths = Int((seconds * 100).rounded())
    return "\(hundredths / 100).\(padded(hundredths % 100))"
  }
}
