import Glibc
import TestSupport
import Testing

/// What Python's `csv` module makes of files.
enum PythonOracle {
  static var isHere: Bool { program != nil }

  private static var program: String? {
    guard let name = unsafe getenv("TEST_PYTHON"), unsafe name.pointee != 0 else { return nil }
    return unsafe String(cString: name)
  }

  /// Reads all files in one run of Python.
  ///
  /// - Returns: For each file one line a record, as `DescribedFile` writes it with `withLines`; nil
  ///   where Python raises an error.
  static func read(_ files: [[UInt8]], _ arguments: String = "") throws -> [[String]?] {
    let source = """
      import csv, io, sys
      csv.field_size_limit(1 << 30)
      with open(sys.argv[1], "rb") as cases:
        while size := cases.readline():
          text = io.StringIO(cases.read(int(size)).decode("latin-1"), newline="")
          reader = csv.reader(text\(arguments))
          try:
            rows = [(reader.line_num, row) for row in reader if row]
            for line, row in rows:
              print("row", line, ",".join(field.encode("latin-1").hex() for field in row))
          except csv.Error:
            print("error")
          print("end")
      """
    var random = SystemRandomNumberGenerator()
    let path = "/tmp/csv-oracle-\(random.next() as UInt64).cases"
    try #require(writeFile(path, files.flatMap { Array("\($0.count)\n".utf8) + $0 }))
    defer { unsafe unlink(path) }
    let output = try ChildProcess.run([try #require(program), "-c", source, path])
    var read: [[String]?] = []
    var rows: [String]? = []
    for line in output.split(separator: "\n") {
      if line == "end" {
        read.append(rows)
        rows = []
      } else if line == "error" {
        rows = nil
      } else {
        rows?.append(String(line.dropFirst("row ".utf8.count)))
      }
    }
    try #require(read.count == files.count)
    return read
  }
}
