/// XML Schema's classes of one letter, as in <https://www.w3.org/TR/xmlschema-2/#dt-ccesN>.
enum NamedClass {
  private static let space: [ClosedRange<UInt32>] = [0x09...0x0A, 0x0D...0x0D, 0x20...0x20]

  /// `NameStartChar` of <https://www.w3.org/TR/xml/#NT-NameStartChar>.
  private static let nameStart: [ClosedRange<UInt32>] = [
    0x3A...0x3A, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x2FF,
    0x370...0x37D, 0x37F...0x1FFF, 0x200C...0x200D, 0x2070...0x218F, 0x2C00...0x2FEF,
    0x3001...0xD7FF, 0xF900...0xFDCF, 0xFDF0...0xFFFD, 0x10000...0xEFFFF,
  ]
  private static let name: [ClosedRange<UInt32>] =
    nameStart + [0x2D...0x2E, 0x30...0x39, 0xB7...0xB7, 0x300...0x36F, 0x203F...0x2040]

  /// The set that a letter behind a backslash stands for, or nil when it stands for none.
  static func set(_ letter: Unicode.Scalar) -> ScalarSet? {
    var set = ScalarSet()
    switch letter {
    case "s": set.insert(space)
    case "S": set.insert(complementOf: space)
    case "i": set.insert(nameStart)
    case "I": set.insert(complementOf: nameStart)
    case "c": set.insert(name)
    case "C": set.insert(complementOf: name)
    case "d": set.insert(categories: digits)
    case "D": set.insert(categories: GeneralCategory.all & ~digits)
    case "w": set.insert(categories: GeneralCategory.all & ~notWords)
    case "W": set.insert(categories: notWords)
    default: return nil
    }
    return set
  }

  private static let digits = GeneralCategory.mask(named: "Nd") ?? 0
  private static let notWords = ["P", "Z", "C"].reduce(0) {
    $0 | (GeneralCategory.mask(named: $1) ?? 0)
  }
}
