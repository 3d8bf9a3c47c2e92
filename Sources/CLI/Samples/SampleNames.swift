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
