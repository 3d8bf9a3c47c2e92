import Glibc
package import JSON

/// The reports of a stack's loads, one JSON line each, for commands that wait for a load.
enum LoadJournal {
  static func append(_ report: JSONValue, to path: String) {
    guard var line = try? JSON.encode(report) else { return }
    line.append(UInt8(ascii: "\n"))
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    Console.write(line, to: descriptor)
  }

  /// How far the journal reaches, to wait for what comes after.
  static func size(of path: String) -> Int {
    (try? Files.read(path))?.count ?? 0
  }

  /// The loads after a position; the last line counts once it is whole.
  static func loads(in path: String, after position: Int) -> [ReportedLoad] {
    guard let bytes = try? Files.read(path), bytes.count > position else { return [] }
    let lines = bytes[position...].split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    return lines.dropLast().compactMap { line in
      (try? JSON.decode(JSONValue.self, from: Array(line))).map { ReportedLoad($0) }
    }
  }
}

/// One load in the answer of `csv-load`, for people to read.
package struct ReportedLoad: Sendable, Equatable {
  package let value: JSONValue

  package init(_ value: JSONValue) {
    self.value = value
  }

  /// The loads in an answer; none when it is of another shape.
  package static func all(in answer: [UInt8]) -> [ReportedLoad] {
    guard case .array(let loads) = (try? JSON.decode(JSONValue.self, from: answer))?["loads"]
    else { return [] }
    return loads.map { ReportedLoad($0) }
  }

  package var key: String { value["key"]?.string ?? "?" }
  package var status: String { value["status"]?.string ?? "?" }

  /// For example `uploads/jobs/jobs.csv → jobs: loaded, 180 read = 170 inserted + 10 rejected, 0.02 s`.
  package var line: String {
    var line = key
    if let table = value["table"]?.string { line += " → \(table)" }
    line += ": \(status)"
    if value["read"]?.count != nil {
      line += ", " + Quantity.sum("read", of: Self.outcomes) { value[$0]?.count ?? 0 }
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
      var line = "line \(reject["line"]?.count.map(String.init) ?? "?")"
      let reason = reject["reason"]?.string ?? "rejected"
      if let column = reject["column"]?.string, !reason.hasPrefix(column) { line += ", \(column)" }
      return "\(line): \(reason)"
    }
    let all = value["rejected"]?.count ?? rejects.count
    if all > lines.count { lines.append("… and \(all - lines.count) more") }
    if let key = value["rejects_key"]?.string { lines.append("fix and upload again: \(key)") }
    return lines
  }

  private static let outcomes = [
    "inserted", "updated", "unchanged", "superseded", "rejected", "pending",
  ]

  private var reason: String? {
    value["reason"]?.string ?? value["error"]?.string ?? value["message"]?.string
  }

  private var seconds: String? {
    switch value["seconds"] {
    case .number(let number) where number >= 0 && number < 1e9: Quantity.seconds(number)
    case .integer(let number) where number >= 0: Quantity.seconds(Double(number))
    default: nil
    }
  }
}

extension JSONValue {
  /// The value if it is a whole number.
  var count: Int? {
    guard case .integer(let count) = self else { return nil }
    return Int(count)
  }
}
