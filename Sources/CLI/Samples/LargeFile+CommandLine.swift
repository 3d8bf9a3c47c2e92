extension LargeFile {
  /// Reads what `sluice generate` was asked for; nil when it is the directory of sample files.
  init?(_ line: CommandLineReader) throws(CommandError) {
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
    seed = UInt64(clamping: try line.number("--seed", default: Int(seed), in: 0...Int.max))
    if let share = line.text("--bad") {
      guard let share = Double(share), share >= 0, share <= 1 else {
        throw line.misuse("--bad takes a share from 0 to 1, not \(share)")
      }
      badPerMillion = Int((share * 1_000_000).rounded())
    }
  }
}
