/// Which postings a search finds, and in what order.
struct StubFilter {
  let query: StubQuery
  let postings: StubPostings

  /// Positions of the postings found; the order is the date of publication's unless asked otherwise.
  func found() -> [Int] {
    let all = postings.all
    let place = query.list("LocationName").map {
      StubPlaceTest($0, radius: query.number("Radius"))
    }
    let stems = query.text("Keyword").map(Self.stems)
    let titleStems = query.text("PositionTitle").map(Self.stems)
    let matches = all.indices.filter { index in
      let posting = all[index]
      guard place?.accepts(posting) ?? true else { return false }
      if let stems, !Self.contain(Self.words(of: posting), stems) { return false }
      if let titleStems, !Self.contain(Self.words(posting.title), titleStems) { return false }
      return hasNumbers(posting) && hasCodes(posting)
    }
    return sorted(matches)
  }

  private func hasNumbers(_ posting: StubPosting) -> Bool {
    if let days = query.number("DatePosted"),
      Double(postings.options.today.number - posting.published.number) > days
    {
      return false
    }
    if let least = query.number("RemunerationMinimumAmount"),
      (posting.annualMaximum ?? 0) < Self.bucket(least)
    {
      return false
    }
    if let most = query.number("RemunerationMaximumAmount"),
      (posting.annualMaximum ?? 0) >= Self.bucket(most) + 25_000
    {
      return false
    }
    let (low, high) = (Double(posting.lowGrade) ?? 0, Double(posting.highGrade) ?? 0)
    if let least = query.number("PayGradeLow"), high < least { return false }
    if let most = query.number("PayGradeHigh"), low > most { return false }
    return true
  }

  /// Pay is compared by the bucket it falls into, 25,000 dollars wide.
  private static func bucket(_ amount: Double) -> Double {
    min((amount / 25_000).rounded(.down) * 25_000, 200_000)
  }

  private func hasCodes(_ posting: StubPosting) -> Bool {
    if let codes = query.list("JobCategoryCode"),
      !posting.categories.contains(where: { codes.contains($0.code) })
    {
      return false
    }
    if let codes = query.list("Organization"),
      !codes.contains(where: { posting.organization.code.lowercased().hasPrefix($0) })
    {
      return false
    }
    if let wanted = query.text("RemoteIndicator")?.lowercased(),
      wanted == "true" || wanted == "false"
    {
      return posting.isRemote == (wanted == "true")
    }
    return true
  }

  private func sorted(_ matches: [Int]) -> [Int] {
    let all = postings.all
    func sort(_ key: (StubPosting) -> some Comparable) -> [Int] {
      let keyed = matches.map { (position: $0, key: key(all[$0])) }
      return keyed.sorted { first, second in
        if first.key != second.key { return first.key < second.key }
        return all[first.position].id < all[second.position].id
      }.map(\.position)
    }
    let ascending =
      switch query.text("SortField")?.lowercased() {
      case "jobtitle", "positiontitle", "title": sort(\.title)
      case "closedate", "closingdate": sort(\.closes)
      case "salary", "salarymin": sort(\.minimum)
      default: sort(\.published)
      }
    let isDescending = query.text("SortDirection")?.lowercased().hasPrefix("desc") ?? false
    return isDescending ? ascending.reversed() : ascending
  }

  /// Words without the endings that make no other word of them.
  private static func stems(_ text: String) -> [String] {
    words(text).map { word in
      for ending in ["ing", "ers", "er", "s"] where word.count > ending.count + 3 {
        if word.hasSuffix(ending) { return String(word.dropLast(ending.count)) }
      }
      return word
    }
  }

  private static func contain(_ words: [String], _ stems: [String]) -> Bool {
    stems.allSatisfy { stem in words.contains { $0.hasPrefix(stem) } }
  }

  private static func words(of posting: StubPosting) -> [String] {
    words(
      [posting.title, posting.summary, posting.organization.name, posting.organization.department]
        .joined(separator: " ") + posting.categories.map { " " + $0.name }.joined())
  }

  private static func words(_ text: String) -> [String] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }
}
