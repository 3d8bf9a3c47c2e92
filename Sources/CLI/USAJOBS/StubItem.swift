import JSON
import System

/// A posting as an item of an answer: text of its own, around stretches that many items share.
struct StubItem: Sendable {
  /// With a comma before it.
  let full: [LentBytes]
  /// What `Fields=Min` leaves of it: the places stay, most details go.
  let minimal: [LentBytes]

  init(_ posting: StubPosting, broken: StubBreakage? = nil) {
    var text = ItemText(posting: posting, broken: broken)
    text.write()
    let own = FixedBytes([UInt8(ascii: ",")] + text.json.bytes)
    // The comma came first.
    let cuts = ([-1] + text.cuts + [own.count - 1]).map { $0 + 1 }
    let beginning = own[cuts[0]..<cuts[1]]
    let places = StubPlaceRing.of(posting.era).stretch(posting.window)
    let middle = own[cuts[1]..<cuts[2]]
    let details = own[cuts[2]..<cuts[3]]
    let end = own[cuts[3]..<cuts[4]]
    minimal = [beginning, places, middle, end]
    let prose = Self.prose[Int(posting.seed % UInt64(Self.prose.count))].whole
    full =
      posting.era == .year2016 ? minimal : [beginning, places, middle, details, prose, end]
  }

  /// Long texts that postings share, each as members of `Details` with a comma before the first.
  private static let prose: [FixedBytes] = {
    (0 as UInt64..<8).map { variant in
      var random = SampleRandom(seed: 0x70726f7365 + variant)
      var json = JSONWriter()
      // The first member is cut off again: it makes the writer set the comma.
      json.beginObject()
      json.member("", "")
      let start = json.bytes.count
      for (name, length) in proseLengths {
        json.member(name, length == 0 ? "" : StubWords.prose(length, &random))
      }
      return FixedBytes(Array(json.bytes[start...]))
    }
  }()

  private static let proseLengths = [
    ("AgencyMarketingStatement", 450), ("Education", 2400), ("Requirements", 300),
    ("Evaluations", 1500), ("HowToApply", 2200), ("WhatToExpectNext", 1000),
    ("RequiredDocuments", 3400), ("Benefits", 0), ("OtherInformation", 1800),
  ]
}

/// How a posting is made unreadable.
enum StubBreakage: String, Sendable, Decodable {
  /// The title is a number.
  case title
  /// There is no id.
  case id
  /// The descriptor is text instead of an object.
  case descriptor
}

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
    if broken != .id { json.member("MatchedObjectId", posting.id) }
    if broken == .descriptor { json.member("MatchedObjectDescriptor", "see PositionURI") }
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
    json.member("PositionID", posting.positionID)
    if broken == .title {
      json.member("PositionTitle", posting.slot)
    } else {
      json.member("PositionTitle", posting.title)
    }
    json.member("PositionURI", uri)
    json.member("ApplyURI", [uri])
  }

  private mutating func places() {
    if era != .year2016 {
      json.member("PositionLocationDisplay", posting.locationDisplay)
    }
    json.key("PositionLocation")
    json.beginArray()
    for home in posting.homes { home.write(to: &json, in: era) }
    cut()
    json.endArray()
  }

  private mutating func office() {
    json.member("OrganizationName", posting.organization.name)
    json.member("DepartmentName", posting.slot == 5 ? "" : posting.organization.department)
    if posting.slot % 3 != 0, era != .year2016 {
      json.member("SubAgency", posting.organization.part)
    }
    named("JobCategory", posting.categories)
    json.key("JobGrade")
    json.beginArray()
    json.object([("Code", posting.payPlan)])
    json.endArray()
    let hasNames = era != .year2025 || posting.slot == 4
    named("PositionSchedule", [(hasNames ? "Full-time" : "", "1")])
    named("PositionOfferingType", [(hasNames ? "Permanent" : "", "15317")])
    json.member("QualificationSummary", posting.qualifications)
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
    json.member("MinimumRange", era.amount(posting.minimum))
    json.member("MaximumRange", era.amount(posting.maximum))
    json.member(
      "RateIntervalCode", era == .year2025 ? posting.interval.rawValue : posting.interval.words)
    if era == .year2025 { json.member("Description", posting.interval.words) }
    json.endObject()
    json.endArray()
  }

  private mutating func dates() {
    json.member("PositionStartDate", era.dayStart(posting.published))
    json.member("PositionEndDate", era.dayEnd(posting.closes))
    // Some are published in the course of a day.
    json.member(
      "PublicationStartDate",
      posting.slot == 0 ? "\(posting.published)T11:01:01.6770" : era.dayStart(posting.published))
    json.member("ApplicationCloseDate", era.dayEnd(posting.closes))
    json.key("PositionFormattedDescription")
    json.beginArray()
    json.beginObject()
    if era == .year2016 { json.member("Content", "") }
    json.member("Label", "Dynamic Teaser")
    json.member("LabelDescription", "Hit highlighting for keyword searches.")
    json.endObject()
    json.endArray()
  }

  private mutating func userArea() {
    json.key("UserArea")
    json.beginObject()
    json.key("Details")
    json.beginObject()
    json.member("JobSummary", posting.summary)
    json.key("WhoMayApply")
    json.object([
      ("Name", era == .year2016 ? "United States Citizens" : ""),
      ("Code", era == .year2016 ? "15509" : ""),
    ])
    json.member("LowGrade", posting.lowGrade)
    json.member("HighGrade", posting.highGrade)
    cut()
    ItemDetails(posting: posting).write(to: &json)
    cut()
    json.endObject()
    json.member("IsRadialSearch", false)
    json.endObject()
  }
}

/// The members of `UserArea.Details` that a full answer has besides the long texts.
struct ItemDetails {
  let posting: StubPosting

  func write(to json: inout JSONWriter) {
    let slot = posting.slot
    let site = "https://apply.sluice.example"
    json.member("PromotionPotential", slot % 4 == 0 ? "None" : slot % 4 == 1 ? "NA" : "13")
    if slot % 3 != 0 { json.member("SubAgencyName", posting.organization.part) }
    json.member(
      "OrganizationCodes", "\(posting.organization.code.prefix(2))/\(posting.organization.code)")
    json.member("Relocation", slot % 5 == 0 ? "True" : "False")
    json.member("HiringPath", slot % 2 == 0 ? ["public"] : ["public", "vet", "fed-transition"])
    json.member("MCOTags", slot % 4 == 2 ? ["07", "STEM"] : [])
    if slot % 7 != 4 { json.member("TotalOpenings", ["Many", "FEW", "few", "2"][slot % 4]) }
    json.member("TravelCode", String(slot % 9))
    json.member("ApplyOnlineUrl", "\(site)/\(posting.id)")
    json.member("DetailStatusUrl", "\(site)/\(posting.id)/status")
    json.member("MajorDuties", duties)
    json.member("BenefitsUrl", "")
    flag("BenefitsDisplayDefaultText", true, &json)
    json.member("KeyRequirements", slot == 8 ? ["U.S. citizenship", "A driver's licence"] : [])
    json.member("WithinArea", "False")
    json.member("CommuteDistance", "0")
    json.member("ServiceType", slot % 2 == 0 ? "01" : "02")
    json.member("AnnouncementClosingType", "01")
    if slot % 6 != 5 { json.member("AgencyContactEmail", "desk\(slot)@sluice.example") }
    if slot % 2 == 0 { json.member("AgencyContactPhone", "000-000-00\(padded(slot))") }
    if slot % 6 == 1 { json.member("AgencyContactWebsite", site) }
    if slot % 2 == 1 { json.member("PreviewQuestionnaireurl", "\(site)/\(posting.id)/questions") }
    json.member("SecurityClearance", slot % 4 == 0 ? "Secret" : "Not Required")
    json.member("DrugTestRequired", slot % 4 == 1 ? "True" : "False")
    if slot % 5 == 1 { json.member("PositionSensitivitiy", "Non-sensitive (NS)/Low Risk") }
    json.member("AdjudicationType", slot % 5 == 1 ? ["Credentialing"] : [])
    flag("TeleworkEligible", slot % 2 == 0, &json)
    flag("RemoteIndicator", posting.isRemote, &json)
    if slot % 2 == 0 { flag("FinancialDisclosure", slot % 4 == 0, &json) }
    if slot % 3 == 0 { flag("BargainingUnitStatus", slot % 6 == 0, &json) }
  }

  private var duties: [String] {
    var random = SampleRandom(seed: posting.seed ^ 0x647574)
    return (0..<(2 + posting.slot % 4)).map { _ in
      "\(random.pick(StubWords.tasks)). \(StubWords.prose(160, &random))"
    }
  }

  private func flag(_ name: String, _ value: Bool, _ json: inout JSONWriter) {
    json.member(name, value)
  }
}
