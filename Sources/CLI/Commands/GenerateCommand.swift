/// `sluice generate`: sample files on disk.
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
}
