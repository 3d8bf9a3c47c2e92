import Glibc

/// `sluice generate`: sample files on disk, or one file of any size.
enum GenerateCommand {
  static func run(_ directory: String, _ size: SampleSize) throws(CommandError) -> Int32 {
    try Files.makeDirectory(directory)
    for file in SampleFiles(size).all {
      let path = "\(directory)/\(file.name)"
      try Files.write(file.bytes, to: path)
      let records = file.bytes.count { $0 == UInt8(ascii: "\n") }
      // People begin with a header and end without a newline: the two even out.
      Console.print("\(path)  \(records) records")
    }
    return 0
  }

  /// Writes a large file, to standard output when its path is `-`, and the truth about it.
  static func run(
    _ file: LargeFile, to path: String, truth: String?
  ) throws(CommandError) -> Int32 {
    var output = try OutputFile(path)
    var list = Array("record,line,byte_offset,kind\n".utf8)
    let totals = try file.generate { bad throws(CommandError) in
      guard truth != nil else { return }
      list += Array("\(bad.record),\(bad.line),\(bad.byteOffset),\(bad.kind.rawValue)\n".utf8)
    } onBytes: { bytes throws(CommandError) in
      try output.write(bytes)
    }
    try output.finish()
    if let truth { try Files.write(list, to: truth) }
    Console.note("\(totals.records) records, \(totals.bad) of them bad, \(totals.bytes) bytes")
    return 0
  }
}
