internal import Datasets
internal import Glibc
internal import LambdaRuntime
internal import Postgres
internal import Tables

extension RejectsFile {
  /// Writes what loads refused into files of their own beside those loaded.
  ///
  /// Nothing is ever overwritten: who mends a file of rejects must not lose it to the next load.
  static func write(
    for report: inout LoadReport, of dataset: Dataset, besideFilesOf package: DataPackage,
    _ context: InvocationContext, _ database: inout Database
  ) {
    write(for: &report, of: dataset, in: package, context, &database) { rejects, load, connection in
      let file = try NewFile(beside: load.key)
      try rejects.pieces(&connection) { piece in try file.write(piece) }
      return file.path
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
