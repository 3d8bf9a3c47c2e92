extension IngestReport {
  /// The report as plain text, in lines of at most 78 characters but for addresses.
  package var text: String {
    var lines = [headline, ""]
    lines += notes.flatMap { Self.wrapped($0) }
    for (title, list) in sections {
      let heading = "\(title) (\(list.total))"
      lines += ["", heading, String(repeating: "=", count: heading.count)]
      for posting in list.postings {
        lines.append("")
        lines += Self.wrapped(posting.title)
        lines += posting.details.flatMap { Self.wrapped($0, indent: "  ") }
        if let link = posting.link { lines.append("  \(link)") }
      }
      if let remainder = list.remainder { lines += ["", remainder] }
    }
    // What follows this line is a signature to mail readers.
    lines += ["", "-- ", footer, ""]
    return lines.joined(separator: "\n")
  }

  /// Breaks a line at blanks; a word too long for a line has one of its own.
  static func wrapped(_ text: String, indent: String = "") -> [String] {
    var lines: [String] = []
    var line = ""
    var width = indent.count
    for word in text.split(separator: " ") {
      let count = word.count
      if !line.isEmpty, width + 1 + count > 78 {
        lines.append(indent + line)
        line = ""
        width = indent.count
      }
      if !line.isEmpty {
        line += " "
        width += 1
      }
      line += word
      width += count
    }
    return lines + [indent + line]
  }
}
