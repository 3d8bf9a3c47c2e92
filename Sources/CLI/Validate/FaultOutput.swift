internal import CSVFiles
internal import CSVLoad
import Glibc
import JSON

/// Prints faults as they are found: for people, or for scripts.
final class FaultOutput {
  private static let bufferBytes = 1 << 16

  private let form: ValidateRequest.Form
  private var buffer: [UInt8] = []
  private var listed = 0

  init(_ form: ValidateRequest.Form) {
    self.form = form
    if form == .csv { write("file,line,record,byte_offset,column,code,reason") }
  }

  /// Prints a fault unless that many of the file were.
  func list(_ fault: CSVLoad.LoadReport.Reject, of file: String, _ most: Int) {
    guard listed < most else { return }
    listed += 1
    switch form {
    case .text:
      let place = fault.column.map { ", \($0)" } ?? ""
      write("\(file): line \(fault.line)\(place): \(fault.code): \(fault.reason)")
    case .json:
      var json = JSONWriter()
      json.beginObject()
      json.pair("file", file)
      for (name, number) in [
        ("line", fault.line), ("record", fault.record), ("byte_offset", fault.byteOffset),
      ] {
        json.key(name)
        json.integer(number)
      }
      if let column = fault.column { json.pair("column", column) }
      json.pair("code", fault.code)
      json.pair("reason", fault.reason)
      json.endObject()
      write(String(decoding: json.bytes, as: UTF8.self))
    case .csv:
      let values = [
        file, "\(fault.line)", "\(fault.record)", "\(fault.byteOffset)", fault.column ?? "",
        fault.code, fault.reason,
      ]
      write(values.map(Self.quoted).joined(separator: ","))
    }
  }

  /// Ends a file: what else there is to say about it, and the counts.
  func finish(_ file: String, _ outcome: FileCheck.Outcome) {
    if listed < outcome.faults, form == .text {
      write("\(file): … and \(Quantity.count(outcome.faults - listed)) more")
    }
    listed = 0
    var lines = outcome.remarks
    if let failure = outcome.failure {
      lines.append("a load would fail: \(failure.code.rawValue): \(failure.message)")
    }
    lines.append(
      outcome.isClean
        ? "\(Quantity.count(outcome.read)) records, no fault"
        : "\(Quantity.count(outcome.read)) records, \(Quantity.count(outcome.rejected)) of them "
          + "with faults, \(Quantity.count(outcome.faults)) faults in all")
    if form == .text {
      for line in lines { write("\(file): \(line)") }
    }
    flush()
    // What scripts read holds faults alone.
    if form != .text {
      for line in lines { Console.note("\(file): \(line)") }
    }
  }

  private static func quoted(_ value: String) -> String {
    guard value.utf8.contains(where: { ",\"\n\r".utf8.contains($0) }) else { return value }
    return "\"" + value.replacing("\"", with: "\"\"") + "\""
  }

  private func write(_ line: String) {
    buffer += line.utf8
    buffer.append(UInt8(ascii: "\n"))
    if buffer.count >= Self.bufferBytes { flush() }
  }

  private func flush() {
    Console.write(buffer, to: STDOUT_FILENO)
    buffer.removeAll(keepingCapacity: true)
  }
}
