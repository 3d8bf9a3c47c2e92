import Glibc
import JSON

/// The reports of a stack's loads, one JSON line each, for commands that wait for a load.
package enum LoadJournal {
  static func append(_ report: JSONValue, to path: String) {
    guard var line = try? JSON.encode(report) else { return }
    line.append(UInt8(ascii: "\n"))
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    Console.write(line, to: descriptor)
  }

  /// How far the journal reaches, to wait for what comes after.
  package static func size(of path: String) -> Int {
    (try? Files.read(path))?.count ?? 0
  }

  /// The reports after a position; the last line counts once it is whole.
  package static func reports(in path: String, after position: Int) -> [LoadReport] {
    guard let bytes = try? Files.read(path), bytes.count > position else { return [] }
    let lines = bytes[position...].split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    return lines.dropLast().compactMap { line in
      (try? JSON.decode(JSONValue.self, from: Array(line))).map { LoadReport($0) }
    }
  }
}

/// A function error in one line.
enum FailureText {
  static func of(_ failure: InvocationFailure) -> String {
    let body = try? JSON.decode(JSONValue.self, from: failure.body)
    guard let message = body?["errorMessage"]?.string else { return failure.type }
    return "\(failure.type): \(message)"
  }
}
