/// What the stub's postings are made of: all of it invented, but for the codes of job series.
enum StubWords {
  struct Organization: Sendable {
    var name: String
    var department: String
    var part: String
    /// The agency subelement's code, as the service's parameter Organization takes it.
    var code: String
  }

  static let organizations = [
    Organization(
      name: "Bureau of Inland Harbors", department: "Department of Quays and Canals",
      part: "Lock Keepers' Division", code: "QC01"),
    Organization(
      name: "National Tide Office", department: "Department of Quays and Canals",
      part: "Office of the Chief Gauger", code: "QC07"),
    Organization(
      name: "Federal Orchard Service", department: "Department of Gardens",
      part: "Pomology & Grafting Center", code: "GD12"),
    Organization(
      name: "Lantern Administration", department: "Department of Night Safety",
      part: "Great Lakes Lantern Region", code: "NS03"),
    Organization(
      name: "Agency for Old Maps", department: "Department of Records",
      part: "Cartouche Restoration Branch", code: "RC22"),
    Organization(
      name: "Weathervane Commission", department: "Other Independent Bodies",
      part: "Commissioner’s Office – Field Staff", code: "IB09"),
  ]

  static let titles = [
    "Data Engineer", "Supervisory Data Engineer", "IT Specialist (Data Management)",
    "Data Platform Engineer (Open Notice)", "Computer Engineer (Data Systems)",
    "INTERDISCIPLINARY (Data & Survey Engineer)", "Data Engineer – Café Ledger “Loft” Project",
    "Lead Engineer, Data Exchange", "Engineer/Data Steward", "Data Engineering Intern",
    "Data Architect", "Data Pipeline Engineer", "Data Engineer",
  ]
  static let otherTitles = ["Ward Nurse", "Archives Technician"]

  static let categories: [(name: String, code: String)] = [
    ("Information Technology Management", "2210"), ("Computer Science ", "1550"),
    ("Data Science", "1560"), ("Computer Engineering", "0854"), ("General Engineering ", "0801"),
    ("Electrical Engineering", "0850"), ("Mathematical Statistics", "1529"),
    ("Statistics", "1530"), ("Operations Research ", "1515"), ("Cartography", "1370"),
    ("Geography", "0150"), ("General Physical Science", "1301"), ("Geodesy", "1372"),
    ("Management And Program Analysis", "0343"), ("Civil Engineering ", "0810"),
    ("Mechanical Engineering", "0830"),
  ]
  static let otherCategories: [(name: String, code: String)] = [
    ("Nurse", "0610"), ("Archives Technician", "1421"),
  ]

  static let tasks = [
    "Keeps the registers that every field station writes to, and finds what is missing in them",
    "Moves records between old and new stores without losing one",
    "Writes down how each figure came about, so that others can check it",
    "Answers for the nightly run, and for being woken when it stops",
    "Talks with surveyors about what their instruments really measure",
    "Teaches colleagues to ask a table rather than a person",
    "Reviews changes before they reach the public catalogue",
    "Plans what is kept, for how long, and who may read it",
  ]

  private static let subjects = [
    "The applicant", "A selected candidate", "The panel", "This office", "The human resources desk",
    "Whoever applies", "The reviewing officer", "A successful applicant",
  ]
  private static let verbs = [
    "should send", "will look at", "may ask for", "keeps", "has to show", "checks", "will return",
    "cannot accept",
  ]
  private static let objects = [
    "a résumé of the last ten years", "proof of schooling", "two references", "the questionnaire",
    "a transcript with credit hours", "any certificate of service", "the signed declaration",
    "an address where letters arrive",
  ]
  private static let endings = [
    "before the closing date.", "within thirty days.", "unless the notice says otherwise.",
    "by the evening (Eastern Time) of the last day.", "when asked, and not earlier.",
    "together with the application.", "at no cost to the office.", "as the law provides.",
  ]

  /// Sentences until there are so many characters.
  static func prose(_ length: Int, _ random: inout SampleRandom) -> String {
    var text = ""
    var size = 0
    while size < length {
      if !text.isEmpty { text += " " }
      let sentence = [
        random.pick(subjects), random.pick(verbs), random.pick(objects), random.pick(endings),
      ].joined(separator: " ")
      text += sentence
      size += sentence.utf8.count + 1
    }
    return text
  }
}
