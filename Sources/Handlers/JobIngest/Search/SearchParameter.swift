internal import JSON
internal import System

/// One parameter of a search: its key in our JSON, its names at USAJOBS, and its values.
///
/// The source is "API Reference - GET /api/Search" of developer.usajobs.gov.
package struct SearchParameter: Sendable {
  /// The key in a search's JSON.
  package let key: String
  /// The names in the query.
  ///
  /// If the documentation spells a parameter in two ways, both are sent: the service ignores names
  /// that it does not know.
  package let names: [String]
  /// The form of one value.
  let form: SearchValue
  /// Whether it accepts several values, which are joined by semicolons in the query.
  package let isList: Bool
  /// The value if the search has none.
  let standard: String?

  /// Whether it narrows the results, rather than ordering them or widening a place.
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

/// The form of one value of a search parameter.
enum SearchValue: Sendable {
  /// Words to look for.
  case text
  /// Words in a list, which cannot contain the semicolon that separates them.
  case word
  /// A city or installation.
  case place
  /// A whole number, padded to at least this many digits.
  case number(ClosedRange<Int>, digits: Int = 1)
  /// This many letters and digits.
  case code(ClosedRange<Int>)
  /// One of some words, in any case.
  case choice([String])
  /// Yes or no.
  case flag

  private static let longestText = 200

  /// The value as written in a query, or nil if it does not fit.
  func queryText(_ value: JSONValue) -> String? {
    switch value {
    case .bool(let value):
      guard case .flag = self else { return nil }
      return value ? "True" : "False"
    case .integer(let value): return isText ? nil : canonical("\(value)")
    case .number(let value):
      return Int(exactly: value).flatMap { isText ? nil : canonical("\($0)") }
    case .string(let value): return canonical(PlainText.trimmed(value))
    default: return nil
    }
  }

  private var isText: Bool {
    switch self {
    case .text, .word, .place: true
    default: false
    }
  }

  private func canonical(_ text: String) -> String? {
    let isPrintable = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
    guard (1...Self.longestText).contains(text.utf8.count), isPrintable else { return nil }
    switch self {
    case .text: return text
    case .word: return text.contains(";") ? nil : text
    case .place: return Self.isPlace(text) ? text : nil
    case .number(let range, let digits):
      guard text.utf8.allSatisfy(\.isASCIIDigit), let number = Int(text),
        range.contains(number)
      else { return nil }
      let plain = "\(number)"
      return String(repeating: "0", count: max(0, digits - plain.utf8.count)) + plain
    case .code(let length):
      let isCode = text.utf8.allSatisfy(\.isASCIIAlphanumeric)
      return isCode && length.contains(text.utf8.count) ? text.uppercased() : nil
    case .choice(let words):
      return words.first { $0.lowercased() == text.lowercased() }
    case .flag:
      return ["True", "False"].first { $0.lowercased() == text.lowercased() }
    }
  }

  /// Two letters after the last comma abbreviate a state; the service finds nothing by them.
  private static func isPlace(_ text: String) -> Bool {
    guard !text.contains(";") else { return false }
    guard let comma = text.lastIndex(of: ",") else { return true }
    let state = text[text.index(after: comma)...].filter { $0 != " " && $0 != "." }
    return state.count > 2
  }

  /// What is expected, as a noun phrase.
  var expected: String {
    switch self {
    case .text: "text of 1 to \(Self.longestText) bytes"
    case .word: "text of 1 to \(Self.longestText) bytes without a semicolon"
    case .place:
      "a city or installation with the full name of its state, such as \"Chicago, Illinois\" "
        + "(an abbreviated state finds nothing, and a list takes the place of semicolons)"
    case .number(let range, _): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .code(let length):
      length.count == 1
        ? "a code of \(length.lowerBound) letters and digits"
        : "a code of \(length.lowerBound) to \(length.upperBound) letters and digits"
    case .choice(let words): "one of \(words.joined(separator: ", "))"
    case .flag: "true or false"
    }
  }
}
