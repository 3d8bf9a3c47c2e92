internal import LambdaEvents

extension IngestReport {
  /// The report as plain text, in lines of at most 78 characters except for addresses.
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
    // Mail clients treat what follows this line as a signature.
    lines += ["", "-- ", footer, ""]
    return lines.joined(separator: "\n")
  }

  /// Breaks a line at spaces; a word too long for a line gets its own.
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

/// The wording that the text and the HTML of a report share.
extension IngestReport {
  /// The subject of the email.
  package var subject: String {
    let names = searches.prefix(2).map(Self.words(for:)).joined(separator: "; ")
    let others = searches.count > 2 ? " and \(searches.count - 2) more" : ""
    return "USAJOBS: \(headline)" + (names.isEmpty ? "" : " (\(names)\(others))")
  }

  /// The counts of what changed, such as `3 new, 1 closed`.
  var headline: String {
    let parts = [(inserted, "new"), (updated, "changed"), (closed, "closed")]
    return parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
  }

  /// The sentences before the lists.
  var notes: [String] {
    var notes: [String] = []
    if !searches.isEmpty {
      notes.append("Searches: \(searches.map(Self.words(for:)).joined(separator: "; ")).")
    }
    notes.append("\(unchanged) unchanged.")
    if rejected > 0 {
      notes.append("\(rejected) could not be read; the reasons are in sluice.ingest_rejects.")
    }
    if isTruncated {
      notes.append(
        "A search has more postings than USAJOBS gives out (10,000), so some are missing: "
          + "narrow it down.")
    }
    if !isComplete { notes.append("Not every posting was seen; there may be more.") }
    return notes
  }

  /// The lists that are not empty, each with its title.
  var sections: [(title: String, list: List)] {
    let all = [("New", newPostings), ("Changed", changedPostings), ("Closed", closedPostings)]
    return all.filter { $0.1.total > 0 }
  }

  /// The last line.
  var footer: String {
    let ids = runs.map { "\($0)" }.joined(separator: ", ")
    return "Sluice, run \(ids)"
  }

  /// The name of a search, or the parameters of its query that select postings.
  private static func words(for search: String) -> String {
    guard search.contains("="), let items = try? QueryItem.items(of: search) else {
      return OneLine.text(search, limit: 100)
    }
    let shown = items.filter { !["Fields", "SortField", "SortDirection"].contains($0.name) }
    return OneLine.text(
      shown.map { "\($0.name) \($0.value)" }.joined(separator: ", "), limit: 100)
  }
}
