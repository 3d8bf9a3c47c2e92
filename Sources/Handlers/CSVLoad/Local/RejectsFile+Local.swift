internal import Glibc
internal import LambdaRuntime
internal import Postgres

extension RejectsFile {
  /// Writes what a load refused into a file of its own beside the one loaded, and names it in the
  /// report.
  ///
  /// Nothing is ever overwritten: who mends a file of rejects must not lose it to the next load. That
  /// it cannot be written undoes no load; it is said in the report.
  static func write(
    for report: inout LoadReport, of dataset: Dataset, beside path: String,
    _ context: InvocationContext, _ database: inout Database
  ) {
    guard report.status == .loaded || report.status == .alreadyLoaded,
      report.counts.rejected > 0, let load = report.id
    else { return }
    do {
      report.rejectsKey = try database.write(context: context) { connection in
        switch try Ledger.rejectsFile(of: load, &connection) {
        case .none: return nil
        case .written(let key): return key
        case .wanted(let header):
          let file = try NewFile(beside: path)
          try RejectsFile(load: load, header: header, of: dataset)
            .lines(&connection) { line in try file.write(line) }
          try Ledger.noteRejectsFile(of: load, key: file.path, &connection)
          return file.path
        }
      }
    } catch {
      let reason =
        "the rejects could not be written beside the file and are in sluice.rejects only: "
        + LoadFault(cause: error).message
      report.reason = [report.reason, reason].compactMap { $0 }.joined(separator: "; ")
    }
  }
}

/// A file that was not there before.
private struct NewFile: ~Copyable {
  private static let attempts = 1000

  let path: String
  private let descriptor: CInt

  /// Makes `people.rejected.csv` beside `people.csv`, or the next of that name that is free.
  init(beside path: String) throws(LocalFileFault) {
    let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
    let folder = slash.map { path[...$0] } ?? ""
    let name = slash.map { path[path.utf8.index(after: $0)...] } ?? path[...]
    let stem = name.split(separator: ".", maxSplits: 1).first ?? name
    for number in 1...Self.attempts {
      let candidate = "\(folder)\(stem).rejected\(number == 1 ? "" : "-\(number)").csv"
      let descriptor = unsafe open(candidate, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
      if descriptor >= 0 {
        self.path = candidate
        self.descriptor = descriptor
        return
      }
      guard errno == EEXIST else { throw LocalFileFault("\(candidate) cannot be made", errno) }
    }
    throw LocalFileFault("\(folder)\(stem).rejected.csv cannot be made", EEXIST)
  }

  deinit { close(descriptor) }

  func write(_ bytes: [UInt8]) throws(LocalFileFault) {
    var sent = 0
    while sent < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { all in
        unsafe Glibc.write(descriptor, all.baseAddress?.advanced(by: sent), all.count - sent)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw LocalFileFault("\(path) cannot be written", errno) }
      sent += count
    }
  }
}
