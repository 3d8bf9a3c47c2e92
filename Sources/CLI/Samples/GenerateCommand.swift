/// `sluice generate`: sample files on disk, or one file of any size.
package enum GenerateCommand: Subcommand {
  case samples(directory: String, SampleSize)
  /// Also lists the bad records of the file, if there is a path for the list.
  case large(LargeFile, path: String, truth: String?)

  package static let spec = CommandSpec(
    name: "generate", operands: "DIRECTORY|FILE", operandCount: 1...1,
    summary: "Generates sample files.",
    options: [
      OptionSpec("--seed", "N", "the same seed gives the same files (default 1)"),
      OptionSpec("--hires", "N", "how many records of hires (default 2000)"),
      OptionSpec("--incomplete", "N", "how many hires lack one field (default 70)"),
      OptionSpec("--large", "KIND", "generate one large file: hires or orders"),
      OptionSpec("--records", "N", "how many records it has (default 1000000)"),
      OptionSpec("--megabytes", "N", "its size, instead of --records"),
      OptionSpec("--bad", "SHARE", "its share of bad records, such as 0.01"),
      OptionSpec("--truth", "PATH", "where to list its bad records"),
    ],
    details: """
      departments.csv, jobs.csv and hired_employees.csv have no header; people.csv has one.

      With --large, generates one file of any size, without a header: hires has five columns and no
      quotes; orders has twenty columns of all types, with quoted commas, quotes and line breaks. If
      FILE is -, it goes to standard output. The list of --truth has the record, line, byte offset and
      kind of each bad record. Example:
      sluice generate --large orders --megabytes 500 --bad 0.01 --truth bad.csv orders.csv
      """)

  package init(_ line: CommandLineReader) throws(CommandError) {
    let path = line.operands[0]
    if let file = try LargeFile(line) {
      self = .large(file, path: path, truth: line.text("--truth"))
    } else {
      self = .samples(directory: path, try SampleSize(line))
    }
  }

  package func run() throws(CommandError) -> Int32 {
    switch self {
    case .samples(let directory, let size): try Self.write(SampleFiles(size), to: directory)
    case .large(let file, let path, let truth): try Self.write(file, to: path, truth: truth)
    }
    return 0
  }

  private static func write(_ files: SampleFiles, to directory: String) throws(CommandError) {
    try Files.makeDirectory(directory)
    for file in files.all {
      let path = "\(directory)/\(file.name)"
      try Files.write(file.bytes, to: path)
      let records = file.bytes.count { $0 == UInt8(ascii: "\n") }
      // People begin with a header and end without a newline: the two even out.
      Console.print("\(path)  \(records) records")
    }
  }

  private static func write(
    _ file: LargeFile, to path: String, truth: String?
  ) throws(CommandError) {
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
  }
}

extension SampleSize {
  fileprivate init(_ line: CommandLineReader) throws(CommandError) {
    self.init()
    seed = try line.seed(default: seed)
    hires = try line.number("--hires", default: hires, in: 0...50_000_000)
    incomplete = try line.number("--incomplete", default: min(incomplete, hires), in: 0...hires)
  }
}

extension LargeFile {
  /// Reads what the file is to be; nil when the command line asks for the directory of sample files.
  fileprivate init?(_ line: CommandLineReader) throws(CommandError) {
    let own = ["--records", "--megabytes", "--bad", "--truth"]
    let others = ["--hires", "--incomplete"]
    guard let name = line.text("--large") else {
      if let stray = own.first(where: { line.text($0) != nil }) {
        throw line.misuse("\(stray) is for a large file; give --large hires or --large orders")
      }
      return nil
    }
    guard let records = Records(rawValue: name) else {
      throw line.misuse("--large takes hires or orders, not \(name)")
    }
    if let stray = others.first(where: { line.text($0) != nil }) {
      throw line.misuse("\(stray) is for the sample files, not for --large")
    }
    self.init(records)
    if line.text("--megabytes") != nil {
      guard line.text("--records") == nil else {
        throw line.misuse("--records and --megabytes exclude each other")
      }
      size = .bytes(try line.number("--megabytes", default: 0, in: 0...1_000_000) * 1_000_000)
    } else {
      size = .records(try line.number("--records", default: 1_000_000, in: 0...2_147_483_647))
    }
    seed = try line.seed(default: seed)
    if let share = line.text("--bad") {
      guard let share = Double(share), share >= 0, share <= 1 else {
        throw line.misuse("--bad takes a share from 0 to 1, not \(share)")
      }
      badPerMillion = Int((share * 1_000_000).rounded())
    }
  }
}
