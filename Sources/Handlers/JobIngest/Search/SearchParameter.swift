/// One thing that a search may ask for: its key in our JSON, its names at USAJOBS, what it takes.
///
/// The source is "API Reference - GET /api/Search" of developer.usajobs.gov.
package struct SearchParameter: Sendable {
  /// The key in a search's JSON.
  package let key: String
  /// The names in the query.
  ///
  /// Two where the documentation spells one parameter in two ways: the service ignores a name it
  /// does not know, so each is sent.
  package let names: [String]
  /// What one value may be.
  let form: SearchValue
  /// Whether several values may be given; they go into the query joined by semicolons.
  package let isList: Bool
  /// The value where a search gives none.
  let standard: String?

  /// Whether it narrows what is found: what orders it, or widens a place, does not.
  var isFilter: Bool { standard == nil && key != "radius" }

  /// What belongs under the key, as a noun phrase.
  var expected: String { isList ? "\(form.expected), or a list of such" : form.expected }

  private init(
    _ key: String, _ names: String..., form: SearchValue, standard: String? = nil
  ) {
    (self.key, self.names, self.form, self.standard) = (key, names, form, standard)
    isList = false
  }

  private init(_ key: String, _ names: String..., list form: SearchValue) {
    (self.key, self.names, self.form, standard) = (key, names, form, nil)
    isList = true
  }

  /// Every parameter, in the order they have in a query.
  package static let all = [
    SearchParameter("keyword", "Keyword", form: .text),
    SearchParameter("positionTitle", "PositionTitle", form: .text),
    SearchParameter("minimumPay", "RemunerationMinimumAmount", form: .number(0...9_999_999)),
    SearchParameter("maximumPay", "RemunerationMaximumAmount", form: .number(0...9_999_999)),
    SearchParameter("payGradeLow", "PayGradeLow", form: .number(1...15, digits: 2)),
    SearchParameter("payGradeHigh", "PayGradeHigh", form: .number(1...15, digits: 2)),
    SearchParameter("jobCategoryCodes", "JobCategoryCode", list: .number(1...9999, digits: 4)),
    SearchParameter("locationName", "LocationName", list: .place),
    SearchParameter("radius", "Radius", form: .number(0...5000)),
    SearchParameter("organizations", "Organization", list: .code(1...10)),
    SearchParameter(
      "positionOfferingTypeCodes", "PositionOfferingTypeCode", list: .number(10_000...99_999)),
    SearchParameter(
      "positionScheduleTypeCodes", "PositionScheduleTypeCode", "PositionSchedule",
      list: .number(1...6)),
    SearchParameter("travelPercentage", "TravelPercentage", form: .number(0...8)),
    SearchParameter("relocation", "RelocationIndicator", form: .flag),
    SearchParameter("remote", "RemoteIndicator", form: .flag),
    SearchParameter("securityClearances", "SecurityClearanceRequired", list: .number(0...8)),
    SearchParameter("supervisoryStatus", "SupervisoryStatus", form: .text),
    SearchParameter("positionSensitivities", "PositionSensitivity", list: .number(1...7)),
    SearchParameter("missionCriticalTags", "MissionCriticalTags", list: .word),
    SearchParameter("postedWithinDays", "DatePosted", form: .number(0...60)),
    SearchParameter("jobGradeCodes", "JobGradeCode", "JobGrade", list: .code(2...2)),
    SearchParameter("whoMayApply", "WhoMayApply", form: .choice(["All", "Public", "Status"])),
    SearchParameter("hiringPaths", "HiringPath", list: .choice(hiringPaths)),
    SearchParameter("salaryBuckets", "SalaryBucket", list: .choice(salaryBuckets)),
    SearchParameter("gradeBuckets", "GradeBucket", list: .code(1...10)),
    SearchParameter("sortField", "SortField", form: .choice(sortFields), standard: "opendate"),
    SearchParameter(
      "sortDirection", "SortDirection", form: .choice(["Asc", "Desc"]), standard: "Asc"),
  ]

  private static let hiringPaths = [
    "public", "vet", "nguard", "disability", "native", "mspouse", "student", "ses", "peace",
    "overseas", "fed-internal-search", "graduates", "fed-excepted", "fed-competitive",
    "fed-transition", "land", "special-authorities",
  ]

  // The lower ends of the ranges of pay, in thousands of dollars.
  private static let salaryBuckets = ["0", "25", "50", "75", "100", "125", "150", "175", "200"]

  private static let sortFields = [
    "opendate", "closedate", "organizationname", "jobtitle", "positiontitle", "openingdate",
    "closingdate", "honame", "salarymin", "location", "department", "title", "agency", "salary",
  ]
}
