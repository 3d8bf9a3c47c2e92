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
