import JSON

/// Writes the text of one item that it does not share, and where the shared parts go.
struct ItemText {
  let posting: StubPosting
  let broken: StubBreakage?
  private(set) var json = JSONWriter()
  /// Before the shared places; before the details that are not minimal; before what follows the
  /// shared prose.
  private(set) var cuts: [Int] = []

  private var era: StubEra { posting.era }
  private var uri: String {
    let path = era == .year2016 ? "GetJob/ViewDetails" : "job"
    return "https://www.usajobs.gov:443/\(path)/\(posting.id)"
  }

  init(posting: StubPosting, broken: StubBreakage?) {
    self.posting = posting
    self.broken = broken
  }

  private mutating func cut() { cuts.append(json.bytes.count) }

  mutating func write() {
    json.beginObject()
    if broken != .id { json.pair("MatchedObjectId", posting.id) }
    if broken == .descriptor { json.pair("MatchedObjectDescriptor", "see PositionURI") }
    // A broken descriptor stands under another name, so that the item keeps its parts.
    json.key(broken == .descriptor ? "Unreadable" : "MatchedObjectDescriptor")
    json.beginObject()
    identity()
    places()
    office()
    pay()
    dates()
    userArea()
    json.endObject()
    json.key("RelevanceRank")
    if era == .year2016 {
      json.number(posting.slot == 5 ? 1342.75 : 200_000 + Double(posting.round))
    } else {
      json.integer(0)
    }
    json.endObject()
  }

  private mutating func identity() {
    json.pair("PositionID", posting.positionID)
    if broken == .title {
      json.key("PositionTitle")
      json.integer(posting.slot)
    } else {
      json.pair("PositionTitle", posting.title)
    }
    json.pair("PositionURI", uri)
    json.strings("ApplyURI", [uri])
  }

  private mutating func places() {
    if era != .year2016 {
      json.pair("PositionLocationDisplay", posting.locationDisplay)
    }
    json.key("PositionLocation")
    json.beginArray()
    for home in posting.homes { home.write(to: &json, in: era) }
    cut()
    json.endArray()
  }

  private mutating func office() {
    json.pair("OrganizationName", posting.organization.name)
    json.pair("DepartmentName", posting.slot == 5 ? "" : posting.organization.department)
    if posting.slot % 3 != 0, era != .year2016 { json.pair("SubAgency", posting.organization.part) }
    named("JobCategory", posting.categories)
    json.key("JobGrade")
    json.beginArray()
    json.object([("Code", posting.payPlan)])
    json.endArray()
    let hasNames = era != .year2025 || posting.slot == 4
    named("PositionSchedule", [(hasNames ? "Full-time" : "", "1")])
    named("PositionOfferingType", [(hasNames ? "Permanent" : "", "15317")])
    json.pair("QualificationSummary", posting.qualifications)
  }

  private mutating func named(_ name: String, _ values: [(name: String, code: String)]) {
    json.key(name)
    json.beginArray()
    for value in values { json.object([("Name", value.name), ("Code", value.code)]) }
    json.endArray()
  }

  private mutating func pay() {
    json.key("PositionRemuneration")
    json.beginArray()
    json.beginObject()
    json.pair("MinimumRange", era.amount(posting.minimum))
    json.pair("MaximumRange", era.amount(posting.maximum))
    json.pair(
      "RateIntervalCode", era == .year2025 ? posting.interval.code : posting.interval.words)
    if era == .year2025 { json.pair("Description", posting.interval.words) }
    json.endObject()
    json.endArray()
  }

  private mutating func dates() {
    json.pair("PositionStartDate", era.dayStart(posting.published))
    json.pair("PositionEndDate", era.dayEnd(posting.closes))
    // Some are published in the course of a day.
    json.pair(
      "PublicationStartDate",
      posting.slot == 0 ? "\(posting.published)T11:01:01.6770" : era.dayStart(posting.published))
    json.pair("ApplicationCloseDate", era.dayEnd(posting.closes))
    json.key("PositionFormattedDescription")
    json.beginArray()
    json.beginObject()
    if era == .year2016 { json.pair("Content", "") }
    json.pair("Label", "Dynamic Teaser")
    json.pair("LabelDescription", "Hit highlighting for keyword searches.")
    json.endObject()
    json.endArray()
  }

  private mutating func userArea() {
    json.key("UserArea")
    json.beginObject()
    json.key("Details")
    json.beginObject()
    json.pair("JobSummary", posting.summary)
    json.key("WhoMayApply")
    json.object([
      ("Name", era == .year2016 ? "United States Citizens" : ""),
      ("Code", era == .year2016 ? "15509" : ""),
    ])
    json.pair("LowGrade", posting.lowGrade)
    json.pair("HighGrade", posting.highGrade)
    cut()
    ItemDetails(posting: posting).write(to: &json)
    cut()
    json.endObject()
    json.key("IsRadialSearch")
    json.bool(false)
    json.endObject()
  }
}
