internal import JSON
internal import System

/// The values for the columns of `public.postings` from a posting's document, except for its id, which
/// ``SearchPageReader`` reads.
///
/// Everything but its announcement, title and address is optional. The names are those of the
/// service (<https://developer.usajobs.gov/api-reference/get-api-search>).
struct Posting: Decodable, Sendable {
  let announcement: String
  let title: String
  let uri: String
  let applyURI: String?
  let organization: String?
  let department: String?
  let subAgency: String?
  let categoryCodes: [String]
  let scheduleCodes: [String]
  let offeringCodes: [String]
  let payPlan: String?
  let pay: Pay
  let positionStartsOn: String?
  let positionEndsOn: String?
  let publishedOn: String?
  let closesOn: String?
  let locationDisplay: String?
  let details: Details

  private enum ItemKeys: String, CodingKey {
    case descriptor = "MatchedObjectDescriptor"
  }

  private enum Keys: String, CodingKey {
    case announcement = "PositionID"
    case title = "PositionTitle"
    case uri = "PositionURI"
    case applyURI = "ApplyURI"
    case organization = "OrganizationName"
    case department = "DepartmentName"
    case subAgency = "SubAgency"
    case categories = "JobCategory"
    case grades = "JobGrade"
    case schedules = "PositionSchedule"
    case offerings = "PositionOfferingType"
    case remunerations = "PositionRemuneration"
    case positionStart = "PositionStartDate"
    case positionEnd = "PositionEndDate"
    case publicationStart = "PublicationStartDate"
    case applicationClose = "ApplicationCloseDate"
    case locationDisplay = "PositionLocationDisplay"
    case userArea = "UserArea"
  }

  private enum UserAreaKeys: String, CodingKey { case details = "Details" }

  init(from decoder: any Decoder) throws {
    let item = try decoder.container(keyedBy: ItemKeys.self)
    let keys = try item.nestedContainer(keyedBy: Keys.self, forKey: .descriptor)
    announcement = try keys.required(.announcement, "the announcement's number")
    title = try keys.required(.title, "a title")
    uri = try keys.required(.uri, "the posting's address")
    applyURI = try keys.plainTexts(.applyURI).first
    organization = try keys.plainText(.organization)
    department = try keys.plainText(.department)
    subAgency = try keys.plainText(.subAgency)
    categoryCodes = try keys.codes(.categories)
    scheduleCodes = try keys.codes(.schedules)
    offeringCodes = try keys.codes(.offerings)
    payPlan = try keys.codes(.grades).first
    pay = try keys.decodeIfPresent([Pay].self, forKey: .remunerations)?.first ?? Pay()
    positionStartsOn = try keys.day(.positionStart)
    positionEndsOn = try keys.day(.positionEnd)
    publishedOn = try keys.day(.publicationStart)
    closesOn = try keys.day(.applicationClose)
    locationDisplay = try keys.plainText(.locationDisplay)
    guard keys.contains(.userArea), try !keys.decodeNil(forKey: .userArea) else {
      details = Details()
      return
    }
    let area = try keys.nestedContainer(keyedBy: UserAreaKeys.self, forKey: .userArea)
    details = try area.decodeIfPresent(Details.self, forKey: .details) ?? Details()
  }
}

extension Posting {
  /// What the position pays.
  struct Pay: Decodable, Sendable {
    var minimum: PayAmount?
    var maximum: PayAmount?
    var interval: String?

    private enum Keys: String, CodingKey {
      case minimum = "MinimumRange"
      case maximum = "MaximumRange"
      case interval = "RateIntervalCode"
    }

    init() {}

    init(from decoder: any Decoder) throws {
      let keys = try decoder.container(keyedBy: Keys.self)
      minimum = try keys.amount(.minimum)
      maximum = try keys.amount(.maximum)
      interval = try keys.plainText(.interval).map(PayInterval.code)
    }
  }

  /// The contents of `UserArea.Details`.
  struct Details: Decodable, Sendable {
    var lowGrade: String?
    var highGrade: String?
    var promotionPotential: String?
    var hiringPaths: [String] = []
    var isRemote: Bool?
    var allowsTelework: Bool?
    var paysRelocation: Bool?
    var travelCode: String?
    var securityClearance: String?
    var totalOpenings: String?
    var summary: String?

    private enum Keys: String, CodingKey {
      case lowGrade = "LowGrade"
      case highGrade = "HighGrade"
      case promotionPotential = "PromotionPotential"
      case hiringPaths = "HiringPath"
      case isRemote = "RemoteIndicator"
      case allowsTelework = "TeleworkEligible"
      case paysRelocation = "Relocation"
      case travelCode = "TravelCode"
      case securityClearance = "SecurityClearance"
      case totalOpenings = "TotalOpenings"
      case summary = "JobSummary"
    }

    init() {}

    init(from decoder: any Decoder) throws {
      let keys = try decoder.container(keyedBy: Keys.self)
      lowGrade = try keys.textOrNumber(.lowGrade)
      highGrade = try keys.textOrNumber(.highGrade)
      promotionPotential = try keys.textOrNumber(.promotionPotential)
      hiringPaths = try keys.plainTexts(.hiringPaths)
      isRemote = try keys.truth(.isRemote)
      allowsTelework = try keys.truth(.allowsTelework)
      paysRelocation = try keys.truth(.paysRelocation)
      travelCode = try keys.textOrNumber(.travelCode)
      securityClearance = try keys.plainText(.securityClearance)
      totalOpenings = try keys.textOrNumber(.totalOpenings)
      summary = try keys.plainText(.summary)
    }
  }
}

/// An entry of one of the service's lists of names and codes; only the code is reliable.
private struct CodeEntry: Decodable {
  let code: String?

  private enum Keys: String, CodingKey { case code = "Code" }

  init(from decoder: any Decoder) throws {
    code = try decoder.container(keyedBy: Keys.self).textOrNumber(.code)
  }
}

extension KeyedDecodingContainer {
  fileprivate func required(_ key: Key, _ expected: String) throws -> String {
    guard let text = try plainText(key) else {
      throw JSONError(code: .missing, path: codingPath + [key], expected: expected)
    }
    return text
  }

  fileprivate func codes(_ key: Key) throws -> [String] {
    try decodeIfPresent([CodeEntry].self, forKey: key)?.compactMap(\.code) ?? []
  }

  fileprivate func amount(_ key: Key) throws -> PayAmount? {
    guard let text = try textOrNumber(key) else { return nil }
    guard let amount = PayAmount(text) else {
      throw JSONError(
        code: .rejected, path: codingPath + [key], expected: "an amount such as 55204.0")
    }
    return amount
  }
}

/// An amount of pay: a decimal number that PostgreSQL's `numeric` stores exactly.
struct PayAmount: Sendable, Equatable {
  let text: String

  /// Parses an amount as the service has written it over the years: `"34454"`, `"55204.0"`,
  /// `"19.18"`, with or without `$` and commas; nil if it is not an amount.
  init?(_ raw: String) {
    let text = raw.filter { $0 != "$" && $0 != "," && $0 != " " }
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = parts.first, !whole.isEmpty, whole.utf8.count <= 12,
      whole.utf8.allSatisfy(\.isASCIIDigit)
    else { return nil }
    if parts.count > 1 {
      guard !parts[1].isEmpty, parts[1].utf8.count <= 6, parts[1].utf8.allSatisfy(\.isASCIIDigit)
      else { return nil }
    }
    self.text = text
  }
}

/// The interval that an amount of pay covers, as the service's code.
enum PayInterval {
  /// The words that the service used before it had codes.
  private static let codes = [
    "per year": "PA", "per hour": "PH", "per day": "PD", "per month": "PM", "bi-weekly": "BW",
    "biweekly": "BW", "piece work": "PW", "without compensation": "WC", "fee basis": "FB",
    "stipend": "ST", "school year": "SY",
  ]

  /// The code for an interval given as a code or in words; unknown ones are unchanged.
  static func code(_ text: String) -> String {
    codes[text.lowercased()] ?? text
  }
}
