/// A set of Unicode scalars, as one character of a pattern names it.
struct ScalarSet: Sendable, Equatable {
  /// What the set is made of before it is turned round: ranges, and general categories as bits.
  private var ranges: [ClosedRange<UInt32>] = []
  private var categories: UInt32 = 0
  var isNegated = false
  /// At most one set, of which no member is a member here: XML Schema's `[a-z-[aeiou]]`.
  private var subtracted: [ScalarSet] = []

  static func one(_ scalar: Unicode.Scalar) -> ScalarSet {
    var set = ScalarSet()
    set.insert(scalar...scalar)
    return set
  }

  mutating func insert(_ range: ClosedRange<Unicode.Scalar>) {
    ranges.append(range.lowerBound.value...range.upperBound.value)
  }

  mutating func insert(categories mask: UInt32) { categories |= mask }

  /// Adds everything that another set without categories does not name.
  mutating func insert(complementOf others: [ClosedRange<UInt32>]) {
    var next: UInt32 = 0
    for range in others.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if range.lowerBound > next { ranges.append(next...(range.lowerBound - 1)) }
      next = max(next, range.upperBound + 1)
    }
    if next <= 0x10FFFF { ranges.append(next...0x10FFFF) }
  }

  mutating func insert(_ others: [ClosedRange<UInt32>]) { ranges += others }

  /// Adds another set, which is neither turned round nor has anything subtracted.
  mutating func formUnion(_ other: ScalarSet) {
    ranges += other.ranges
    categories |= other.categories
  }

  mutating func subtract(_ other: ScalarSet) { subtracted = [other] }

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    let isNamed =
      ranges.contains { $0.contains(scalar.value) }
      || categories != 0 && categories & GeneralCategory.bit(of: scalar) != 0
    return isNamed != isNegated && !(subtracted.first?.contains(scalar) ?? false)
  }
}

/// Unicode's general categories by the names that XML Schema's `\p{…}` takes, as bits of a mask.
enum GeneralCategory {
  private static let named: [(name: String, category: Unicode.GeneralCategory)] = [
    ("Lu", .uppercaseLetter), ("Ll", .lowercaseLetter), ("Lt", .titlecaseLetter),
    ("Lm", .modifierLetter), ("Lo", .otherLetter), ("Mn", .nonspacingMark), ("Mc", .spacingMark),
    ("Me", .enclosingMark), ("Nd", .decimalNumber), ("Nl", .letterNumber), ("No", .otherNumber),
    ("Pc", .connectorPunctuation), ("Pd", .dashPunctuation), ("Ps", .openPunctuation),
    ("Pe", .closePunctuation), ("Pi", .initialPunctuation), ("Pf", .finalPunctuation),
    ("Po", .otherPunctuation), ("Sm", .mathSymbol), ("Sc", .currencySymbol),
    ("Sk", .modifierSymbol), ("So", .otherSymbol), ("Zs", .spaceSeparator),
    ("Zl", .lineSeparator), ("Zp", .paragraphSeparator), ("Cc", .control), ("Cf", .format),
    ("Co", .privateUse), ("Cn", .unassigned),
  ]
  private static let categories = named.map(\.category)

  /// The categories of a name: one, or all that begin with its one letter; nil for no category.
  static func mask(named name: String) -> UInt32? {
    var mask: UInt32 = 0
    for (index, one) in named.enumerated() {
      let isMeant = name.utf8.count == 1 ? one.name.hasPrefix(name) : one.name == name
      if isMeant { mask |= 1 << UInt32(index) }
    }
    return mask == 0 ? nil : mask
  }

  static let all: UInt32 = (1 << 29) - 1

  /// The bit of a scalar's category; surrogates and unknown ones count as unassigned, the last.
  static func bit(of scalar: Unicode.Scalar) -> UInt32 {
    let category = scalar.properties.generalCategory
    return 1 << UInt32(categories.firstIndex(of: category) ?? categories.count - 1)
  }
}

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
