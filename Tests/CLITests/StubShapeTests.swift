import CLI
import JSON
import TestSupport
import Testing

/// The shapes in which the real service has sent postings, all of which the stub sends too.
@Suite struct `Postings of the USAJOBS stub` {
  /// Every posting of four rounds, decoded once.
  static let items = Result {
    try StubClient.with({ ($0.postings, $0.locations) = (80, 60) }) { client in
      try (1...2).flatMap { page in
        try client.search("Fields=Full&ResultsPerPage=40&Page=\(page)").items
      }
    }
  }

  static func descriptors() throws -> [JSONValue] {
    try items.get().compactMap { $0["MatchedObjectDescriptor"] }
  }

  /// The members of that name, one for each posting that has it.
  static func members(_ name: String) throws -> [JSONValue] {
    try descriptors().compactMap { $0[name] }
  }

  static func details() throws -> [JSONValue] {
    try descriptors().compactMap { $0["UserArea"]?["Details"] }
  }

  static func pay(_ name: String) throws -> Set<String> {
    Set(try members("PositionRemuneration").compactMap { $0[0]?[name]?.string })
  }

  @Test func `ids are text, unique, and end the address`() throws {
    let items = try Self.items.get()
    let ids = items.compactMap { $0["MatchedObjectId"]?.string }
    #expect(items.count == 80)
    #expect(Set(ids).count == 80)
    for item in items {
      let uri = item["MatchedObjectDescriptor"]?["PositionURI"]?.string ?? ""
      #expect(uri.hasPrefix("https://www.usajobs.gov:443/"))
      #expect(uri.hasSuffix("/\(item["MatchedObjectId"]?.string ?? "?")"))
    }
  }

  @Test(arguments: ["PositionTitle", "PositionID"])
  func `titles and announcements repeat`(member: String) throws {
    let texts = try Self.members(member).compactMap(\.string)
    #expect(texts.count == 80)
    #expect(Set(texts).count < 80)
    #expect(Set(texts).count > 10)
  }

  @Test func `amounts are text in all forms`() throws {
    for amounts in [try Self.pay("MinimumRange"), try Self.pay("MaximumRange")] {
      #expect(amounts.contains { !$0.contains(".") })
      #expect(amounts.contains { $0.wholeMatch(of: /\d+\.0/) != nil })
      #expect(amounts.contains { $0.wholeMatch(of: /\d+\.\d\d/) != nil })
      #expect(amounts.contains { $0.wholeMatch(of: /\d+\.\d\d00/) != nil })
    }
  }

  @Test func `intervals are codes with a description, or words without`() throws {
    let codes: Set = ["PA", "PH", "PD", "BW", "PM", "PW", "WC", "FB", "ST", "SY"]
    let words: Set = ["Per Year", "Per Hour", "Bi-weekly", "Without Compensation"]
    #expect(try Self.pay("RateIntervalCode") == codes.union(words))
    for pay in try Self.members("PositionRemuneration") {
      #expect(pay.array.count == 1)
      let isCode = codes.contains(pay[0]?["RateIntervalCode"]?.string ?? "")
      #expect((pay[0]?["Description"] != nil) == isCode)
    }
  }

  @Test(arguments: [
    "PositionStartDate", "PositionEndDate", "PublicationStartDate", "ApplicationCloseDate",
  ])
  func `dates have three forms, none with a zone but the oldest`(member: String) throws {
    let dates = try Self.members(member).compactMap(\.string)
    let forms: [Regex<Substring>] = [
      /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/, /\d{4}-\d\d-\d\d/,
      /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{4}/,
    ]
    #expect(dates.count == 80)
    for form in forms { #expect(dates.contains { $0.wholeMatch(of: form) != nil }) }
    #expect(dates.allSatisfy { date in forms.contains { date.wholeMatch(of: $0) != nil } })
    if member == "PublicationStartDate" {
      #expect(dates.contains { $0.hasSuffix("T11:01:01.6770") })
    }
  }

  @Test func `grades are text, also letters, noughts and leading noughts`() throws {
    let grades = Set(try Self.details().flatMap { [$0["LowGrade"], $0["HighGrade"]] })
    for grade in ["J", "G", "I", "00", "04", "07", "22", "11"] {
      #expect(grades.contains(.string(grade)), "\(grade)")
    }
  }

  @Test func `some flags are text and some are flags`() throws {
    let details = try Self.details()
    for name in ["Relocation", "DrugTestRequired"] {
      #expect(
        Set(details.compactMap { $0[name] }) == [.string("True"), .string("False")], "\(name)")
    }
    for name in ["TeleworkEligible", "RemoteIndicator", "FinancialDisclosure"] {
      #expect(Set(details.compactMap { $0[name] }) == [.bool(true), .bool(false)], "\(name)")
    }
  }

  @Test func `half of the places lists are the same, and some hold a place twice`() throws {
    let lists = try Self.members("PositionLocation").map(\.array)
    let common = Dictionary(grouping: lists.map { $0.dropFirst() }, by: { $0 }).values.map(\.count)
    #expect(common.max() ?? 0 >= 20)
    #expect(lists.contains { Set($0).count < $0.count })
    #expect(lists.contains { $0.count == 60 })
    #expect(lists.contains { $0.count == 1 })
    #expect(lists.allSatisfy { !$0.isEmpty && $0.count <= 60 })
  }

  @Test func `places abroad lack a state, in old postings it is N-A, and nowhere is at nought`()
    throws
  {
    let places = try Self.members("PositionLocation").flatMap(\.array)
    let abroad = places.filter { $0["CountryCode"] != .string("United States") }
    #expect(Set(abroad.map { $0["CountrySubDivisionCode"] }) == [nil, .string("N/A")])
    #expect(abroad.contains { $0["CityName"] == .string("Reykjavík, Iceland") })
    #expect(places.contains { $0["LocationName"]?.string?.hasPrefix(" ") == true })
    let negotiable = places.filter {
      $0["LocationName"] == .string("Location Negotiable After Selection, United States")
    }
    #expect(!negotiable.isEmpty)
    #expect(
      negotiable.allSatisfy { $0["Latitude"] == .integer(0) && $0["Longitude"] == .integer(0) })
    let displays = try Self.members("PositionLocationDisplay").compactMap(\.string)
    #expect(displays.count < 80)
    #expect(displays.contains("Anywhere in the U.S. (remote job)"))
    #expect(displays.contains("Multiple Locations"))
  }

  static let optional = [
    "SubAgencyName", "TotalOpenings", "AgencyContactEmail", "AgencyContactPhone",
    "AgencyContactWebsite", "PreviewQuestionnaireurl", "PositionSensitivitiy",
    "FinancialDisclosure", "BargainingUnitStatus",
  ]

  @Test(arguments: optional)
  func `what is optional is there and is not`(name: String) throws {
    let count = try Self.details().count { $0[name] != nil }
    #expect(count > 0 && count < 70)
  }

  @Test func `series keep their noughts, names their spaces, and schedules mostly have no name`()
    throws
  {
    let categories = try Self.members("JobCategory").map(\.array)
    #expect(categories.map(\.count).max() == 16)
    #expect(categories.flatMap(\.self).contains { $0["Code"] == .string("0801") })
    #expect(categories.flatMap(\.self).contains { $0["Name"]?.string?.hasSuffix(" ") == true })
    let schedules = Set(try Self.members("PositionSchedule").map { $0[0]?["Name"]?.string })
    #expect(schedules == ["", "Full-time"])
    #expect(try Self.members("DepartmentName").contains(.string("")))
    #expect(try Self.members("SubAgency").count < 80)
  }

  @Test func `texts hold entities, line ends and letters beyond ASCII`() throws {
    let texts = try Self.details().compactMap { $0["JobSummary"]?.string }
    #expect(texts.contains { $0.contains("&amp;") })
    #expect(texts.contains { $0.contains("&#45;") })
    #expect(texts.contains { $0.contains("\n") })
    #expect(texts.contains { $0.unicodeScalars.contains { $0.value > 0xffff } })
    #expect(try Self.members("PositionTitle").contains { $0.string?.contains("“") == true })
  }

  @Test func `ranks are noughts, large numbers or fractions`() throws {
    let ranks = Set(try Self.items.get().compactMap { $0["RelevanceRank"] })
    #expect(ranks.contains(.integer(0)))
    #expect(ranks.contains { $0.int ?? 0 > 100_000 })
    #expect(ranks.contains { if case .number = $0 { true } else { false } })
  }

  @Test func `the least of an answer keeps the places and drops most details`() throws {
    let items = try StubClient.with { try $0.search("Fields=min&ResultsPerPage=500").items }
    for item in items {
      let descriptor = item["MatchedObjectDescriptor"]
      #expect(descriptor?["PositionLocation"]?.array.isEmpty == false)
      guard case .object(let details) = descriptor?["UserArea"]?["Details"] else {
        Issue.record("no details")
        continue
      }
      #expect(Set(details.keys) == ["JobSummary", "WhoMayApply", "LowGrade", "HighGrade"])
    }
  }
}
