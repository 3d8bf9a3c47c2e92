import CSVFiles
import CSVLoad
import Datasets
import Glibc
import JSON

/// `sluice validate`: every fault of a file, without a database.
package struct ValidateCommand: Subcommand {
  package static let spec = CommandSpec(
    name: "validate", operands: "FILE…", operandCount: 0...Int.max,
    summary: "Reports every fault in CSV files; needs no database.",
    options: [
      .package, .dataset,
      OptionSpec("--max", "N", "list at most N faults per file (default: all)"),
      OptionSpec("--format", "text|json|csv", "json is one object per line (default: text)"),
    ],
    details: """
      Validates files as sluice load would when loading them into an empty table, and lists all faults
      of a record where a load stops at the first. Also finds duplicate keys and unique values, among
      as many records as fit in 64 MB of memory. What only the database knows, such as referenced
      rows, is not validated, and the output says so. A file named - is standard input, and needs
      --dataset. Without a file, validates the Data Package itself. The exit status is 0 if there are
      no faults, 1 if there are any, and 2 if the command line is invalid or a file cannot be read.
      """)

  /// How faults are printed.
  package enum Form: String, Sendable, CaseIterable {
    case text, json, csv
  }

  package var files: [String]
  package var package: String?
  package var dataset: String?
  /// How many faults of a file are listed; all of them are counted.
  package var most = Int.max
  package var form = Form.text

  package init(_ files: [String]) { self.files = files }

  package init(_ line: CommandLineReader) throws(CommandError) {
    files = line.operands
    package = line.text("--package")
    dataset = line.text("--dataset")
    if package == nil { try line.expectOperands(1...Int.max) }
    most = try line.number("--max", default: .max, in: 0...Int.max)
    if let format = try line.format(among: Form.allCases.map(\.rawValue)) {
      form = Form(rawValue: format) ?? .text
    }
  }

  package func run() throws(CommandError) -> Int32 {
    let package = try PackageChoice.read(given: self.package, ProcessEnvironment.all)
    guard !files.isEmpty else {
      let datasets = package.datasets.map { "\($0.name) (\($0.fields.count) fields)" }
      Console.print("the Data Package is in order: \(datasets.joined(separator: ", "))")
      return 0
    }
    let named = try PackageChoice.dataset(named: self.dataset, in: package)
    var targets: [(file: String, dataset: Dataset)] = []
    for file in files {
      guard let dataset = named ?? package.dataset(forFile: file) else {
        // A name that was mistyped belongs to no dataset either.
        try orFail(status: 2) { _ = try LocalFile(file) }
        throw CommandError(
          "\(file) belongs to no dataset of \(package.names)", advice: "Name one with --dataset.",
          status: 2)
      }
      targets.append((file, dataset))
    }
    let output = FaultOutput(form)
    var isClean = true
    for (file, dataset) in targets where try !check(file, dataset, output) {
      isClean = false
    }
    return isClean ? 0 : 1
  }

  private func check(
    _ path: String, _ dataset: Dataset, _ output: FaultOutput
  ) throws(CommandError) -> Bool {
    let outcome = try orFail(status: 2) {
      var file = try LocalFile(path)
      return try FileCheck(dataset) { fault in output.list(fault, of: path, most) }.run(&file)
    }
    output.finish(path, outcome)
    return outcome.isClean
  }
}

/// Prints faults as they are found: for people, or for scripts.
final class FaultOutput {
  private static let bufferBytes = 1 << 16

  private let form: ValidateCommand.Form
  private var buffer: [UInt8] = []
  private var listed = 0

  init(_ form: ValidateCommand.Form) {
    self.form = form
    if form == .csv { write("file,line,record,byte_offset,column,code,reason") }
  }

  /// Prints a fault unless that many of the file were.
  func list(_ fault: LoadReport.Reject, of file: String, _ most: Int) {
    guard listed < most else { return }
    listed += 1
    switch form {
    case .text:
      let place = fault.column.map { ", \($0)" } ?? ""
      write("\(file): line \(fault.line)\(place): \(fault.code): \(fault.reason)")
    case .json:
      var json = JSONWriter()
      json.beginObject()
      json.member("file", file)
      for (name, number) in [
        ("line", fault.line), ("record", fault.record), ("byte_offset", fault.byteOffset),
      ] {
        json.member(name, number)
      }
      if let column = fault.column { json.member("column", column) }
      json.member("code", fault.code)
      json.member("reason", fault.reason)
      json.endObject()
      write(String(decoding: json.bytes, as: UTF8.self))
    case .csv:
      let values = [
        file, "\(fault.line)", "\(fault.record)", "\(fault.byteOffset)", fault.column ?? "",
        fault.code, fault.reason,
      ]
      write(CSVText.record(values))
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
        ? "\(Quantity.count(outcome.read)) records, no faults"
        : "\(Quantity.count(outcome.read)) records, \(Quantity.count(outcome.rejected)) of them "
          + "with faults, \(Quantity.count(outcome.faults)) faults in total")
    if form == .text {
      for line in lines { write("\(file): \(line)") }
    }
    flush()
    // What scripts read holds faults alone.
    if form != .text {
      for line in lines { Console.note("\(file): \(line)") }
    }
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
