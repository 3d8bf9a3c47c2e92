import System

/// How much to generate.
package struct SampleSize: Sendable, Equatable {
  package var seed: UInt64 = 1
  package var hires = 2000
  /// Hires that lack exactly one field.
  package var incomplete = 70

  package init() {}
}

/// Sample files for the shipped datasets; all names in them are made up.
package struct SampleFiles: Sendable {
  package let departments: [UInt8]
  package let jobs: [UInt8]
  package let hires: [UInt8]
  package let people: [UInt8]

  package var all: [(name: String, bytes: [UInt8])] {
    [
      ("departments.csv", departments), ("jobs.csv", jobs), ("hired_employees.csv", hires),
      ("people.csv", people),
    ]
  }

  /// Makes the files; the same size and seed give the same bytes.
  package init(_ size: SampleSize) {
    let jobNames = SampleNames.jobs
    departments = Self.numbered(SampleNames.departments)
    jobs = Self.numbered(jobNames)
    hires = Self.hires(size, jobs: jobNames.count)
    people = Self.people(size)
  }

  private static func numbered(_ names: [String]) -> [UInt8] {
    CSVText.lines(names.enumerated().map { [String($0 + 1), $1] })
  }

  private static func hires(_ size: SampleSize, jobs: Int) -> [UInt8] {
    var csv: [UInt8] = []
    var random = SampleRandom(seed: size.seed)
    // 2021-01-01T00:00:00Z, and fourteen months of seconds.
    let start = 1_609_459_200
    let span = 424 * 86_400
    var incompleteLeft = size.incomplete
    for index in 0..<size.hires {
      var fields = [
        String(index + 1), SampleNames.person(&random),
        WallClock(seconds: Int64(start + random.below(span))).iso8601,
        String(department(&random)), String(random.below(jobs) + 1),
      ]
      // Each remaining record is as likely to be incomplete, and the count comes out exactly.
      if random.below(size.hires - index) < incompleteLeft {
        fields[1 + random.below(4)] = ""
        incompleteLeft -= 1
      }
      csv += CSVText.lines([fields])
    }
    return csv
  }

  /// Some departments hire more than others, so that a mean divides them.
  private static func department(_ random: inout SampleRandom) -> Int {
    let count = SampleNames.departments.count
    return min(random.below(count), random.below(count + count / 2)) + 1
  }

  private static func people(_ size: SampleSize) -> [UInt8] {
    var random = SampleRandom(seed: size.seed ^ 0x70656f706c65)
    let people = (0..<15).map { _ in
      [SampleNames.person(&random), String(18 + random.below(60)), random.pick(SampleNames.places)]
    }
    // As many programs write it: without a final newline.
    return CSVText.lines([["fullname", "age", "location"]] + people).dropLast()
  }
}

/// Names to make sample files of; none is a real person's.
enum SampleNames {
  static let departments = [
    "Accounts", "Boatyard", "Café and Canteen", "Customer Care", "Field Work", "Harbour Office",
    "Laboratory", "Maps, Charts and Archives", "Night Watch", "Öresund Desk", "The \"Loft\" Studio",
    "Workshop",
  ]

  /// Every role at every level.
  static var jobs: [String] {
    roles.flatMap { role in
      ["Junior \(role)", role, "Senior \(role)", "Lead \(role)", "\(role)/Trainer"]
    }
  }

  private static let roles = [
    "Archivist", "Baker", "Bookkeeper", "Buyer", "Carpenter", "Cartographer", "Chemist", "Clerk",
    "Cook", "Crane Operator", "Data Steward", "Diver", "Dispatcher", "Draughtsman", "Electrician",
    "Engineer", "Forester", "Gardener", "Glazier", "Inspector", "Interpreter", "Joiner",
    "Librarian", "Machinist", "Mechanic", "Nurse", "Painter", "Pilot", "Planner", "Rigger",
    "Sailmaker", "Storekeeper", "Surveyor", "Tester", "Welder", "Zoölogist",
  ]

  private static let firstNames = [
    "Ada", "Ágnes", "Anouk", "Bela", "Björn", "Carys", "Chidi", "Dalia", "Edda", "Emre", "Farid",
    "Greta", "Hana", "Ibrahim", "Inés", "Jarek", "Jun", "Kaia", "Leïla", "Lorenz", "Mads", "Mirela",
    "Nadia", "Niamh", "Noé", "Olu", "Petra", "Quentin", "Rosa", "Runa", "Sefa", "Sören", "Tarik",
    "Tomás", "Una", "Vera", "Wanja", "Xenia", "Yusuf", "Zoë",
  ]

  private static let lastNames = [
    "Abendrot", "Achterberg", "Ballinamore", "Brookhollow", "Castelverde", "Dunmarrow", "Eichkamp",
    "Fairweather", "Fjellstrøm", "Goldacre", "Halvorsdal", "Hoshigaki", "Ivankovo", "Järvenranta",
    "Kestrelwood", "Krzemień", "Lindenau", "Longbarrow", "Marisol", "Mbekwe", "Nachtweih",
    "Oakenshaw", "O'Farradane", "Okonwelu", "Pinheiral", "Quillfeather", "Ravnsborg",
    "Sandoval-Rey",
    "Silberbach", "Tallgrass", "Tindersley", "Underhay", "Val d'Or", "Vogelsang", "Wetherlam",
    "Windermast", "Ximenara", "Yarrowby", "Zeitler", "Žitnik",
  ]

  static let places = [
    "Ashmere", "Brünnhafen", "Cala Verde", "Dunholm", "Eastwick Quay", "Førdevik", "Glenmorra",
    "Hohenlinde", "Isla Clara", "Kingsferry", "Łąkowo", "Saint-Élan",
  ]

  static let farPlaces = [
    "Αγία Μέριμνα", "Новая Гавань", "緑の港", "Đá Xanh", "पूर्वी घाट", "Ñuble Alto", "خليج الحجر",
  ]

  static let streets = [
    "Anchor Street", "Rue de l'Étoile", "Königsweg", "Calle del Sol", "Via Roma", "Ørstedgade",
    "Miller's Row", "Ulica Długa",
  ]

  static let words = [
    "after", "boat", "café", "delay", "early", "façade", "garden", "harbour", "inspection", "jetty",
    "kept", "letter", "mornings", "naïve", "only", "parcel", "quay", "rain", "seen", "the",
    "under", "vessel", "wait", "x-ray", "yard", "zinc",
  ]

  /// Every first name with every initial and last name, none of which needs quotes.
  static var plainPeople: [String] {
    firstNames.flatMap { first in
      "ABCDEFGH".flatMap { initial in lastNames.map { "\(first) \(initial). \($0)" } }
    }
  }

  /// Every last name before every first name, in quotes for the comma between them.
  static var quotedPeople: [String] {
    lastNames.flatMap { last in firstNames.map { "\"\(last), \($0)\"" } }
  }

  /// Mostly a plain name; now and then one that needs quotes in CSV.
  static func person(_ random: inout SampleRandom) -> String {
    let first = random.pick(firstNames)
    let last = random.pick(lastNames)
    switch random.below(40) {
    case 0: return "\(first) \"\(random.pick(firstNames))\" \(last)"
    case 1: return "\(first) \(last), Jr."
    default: return "\(first) \(last)"
    }
  }
}

/// A generator whose numbers depend on its seed only (SplitMix64).
struct SampleRandom {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// A number from 0 up to a bound; our own, because the library's may change between versions.
  mutating func below(_ bound: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[below(elements.count)]
  }
}
