/// The parameters of a search as the stub understands them: names in any case, several values of
/// one parameter between semicolons, and what it does not know ignored, as the service does.
struct StubQuery: Sendable {
  /// By lowercased name; the first value of a repeated name counts.
  private let values: [String: String]
  let page: Int
  let pageSize: Int

  static let defaultPageSize = 25
  static let maximumPageSize = 500

  init(_ request: ServerRequest) {
    let parameters = request.parameters.map { ($0.name.lowercased(), $0.value) }
    values = Dictionary(parameters) { first, _ in first }
    page = max(1, values["page"].flatMap { Int($0) } ?? 1)
    let size = values["resultsperpage"].flatMap { Int($0) } ?? 0
    pageSize = size < 1 ? Self.defaultPageSize : min(size, Self.maximumPageSize)
  }

  /// The value of a parameter, unless it is absent or empty.
  func text(_ name: String) -> String? {
    guard let value = values[name.lowercased()], !value.isEmpty else { return nil }
    return value
  }

  /// The values between semicolons, without case; nil when there are none.
  func list(_ name: String) -> Set<String>? {
    let items = text(name)?.split(separator: ";").map { trimmed($0).lowercased() } ?? []
    return items.isEmpty ? nil : Set(items)
  }

  func number(_ name: String) -> Double? { text(name).flatMap { Double($0) } }

  var isMinimal: Bool { text("Fields")?.lowercased() == "min" }

  /// What decides which postings are found and in what order: everything but the page.
  var identity: String {
    values.filter { $0.key != "page" && $0.key != "resultsperpage" && $0.key != "fields" }
      .sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "&")
  }

  private func trimmed(_ text: Substring) -> String {
    String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}

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
    func holds(_ parameter: String, _ test: (Double) -> Bool) -> Bool {
      query.number(parameter).map(test) ?? true
    }
    let age = Double(postings.options.today.number - posting.published.number)
    let pay = posting.annualMaximum ?? 0
    let (low, high) = (Double(posting.lowGrade) ?? 0, Double(posting.highGrade) ?? 0)
    return holds("DatePosted") { age <= $0 }
      && holds("RemunerationMinimumAmount") { pay >= Self.bucket($0) }
      && holds("RemunerationMaximumAmount") { pay < Self.bucket($0) + 25_000 }
      && holds("PayGradeLow") { high >= $0 } && holds("PayGradeHigh") { low <= $0 }
  }

  /// Pay is compared by the bucket it falls into, 25,000 dollars wide.
  private static func bucket(_ amount: Double) -> Double {
    min((amount / 25_000).rounded(.down) * 25_000, 200_000)
  }

  private func hasCodes(_ posting: StubPosting) -> Bool {
    let isRemote: Bool? =
      switch query.text("RemoteIndicator")?.lowercased() {
      case "true": true
      case "false": false
      default: nil
      }
    func holds(_ parameter: String, _ test: (Set<String>) -> Bool) -> Bool {
      query.list(parameter).map(test) ?? true
    }
    return holds("JobCategoryCode") { codes in
      posting.categories.contains { codes.contains($0.code) }
    }
      && holds("Organization") { codes in
        codes.contains { posting.organization.code.lowercased().hasPrefix($0) }
      } && posting.isRemote == isRemote ?? posting.isRemote
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

/// Whether a posting has one of the places a search names.
struct StubPlaceTest {
  private let modern: StubMarks
  private let old: StubMarks
  private let fits: (StubPlace) -> Bool

  /// A place is known by its full name; with a radius in miles, those near one count too.
  init(_ names: Set<String>, radius: Double?) {
    let isNamed: (StubPlace) -> Bool = { names.contains($0.name.lowercased()) }
    let known =
      [StubPlaces.chicago, StubPlaces.seattle] + StubPlaces.aroundChicago
      + StubPlaces.abroad + StubPlaces.towns
    let centers = known.filter(isNamed)
    let fits: (StubPlace) -> Bool = { place in
      if isNamed(place) { return true }
      guard let radius, place.isSomewhere else { return false }
      return centers.contains { $0.distance(to: place) <= radius }
    }
    self.fits = fits
    modern = StubPlaceRing.of(.year2025).marks(fits)
    old = StubPlaceRing.of(.year2016).marks(fits)
  }

  func accepts(_ posting: StubPosting) -> Bool {
    posting.homes.contains(where: fits)
      || (posting.era == .year2016 ? old : modern).areIn(posting.window)
  }
}
