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
  private static let names = [
    "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi",
    "Pf", "Po", "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Co", "Cn",
  ]

  /// The categories of a name: one, or all that begin with its one letter; nil for no category.
  static func mask(named name: String) -> UInt32? {
    var mask: UInt32 = 0
    for (index, one) in names.enumerated() {
      let isMeant = name.utf8.count == 1 ? one.hasPrefix(name) : one == name
      if isMeant { mask |= 1 << UInt32(index) }
    }
    return mask == 0 ? nil : mask
  }

  static let all: UInt32 = (1 << 29) - 1

  static func bit(of scalar: Unicode.Scalar) -> UInt32 {
    let index: UInt32 =
      switch scalar.properties.generalCategory {
      case .uppercaseLetter: 0
      case .lowercaseLetter: 1
      case .titlecaseLetter: 2
      case .modifierLetter: 3
      case .otherLetter: 4
      case .nonspacingMark: 5
      case .spacingMark: 6
      case .enclosingMark: 7
      case .decimalNumber: 8
      case .letterNumber: 9
      case .otherNumber: 10
      case .connectorPunctuation: 11
      case .dashPunctuation: 12
      case .openPunctuation: 13
      case .closePunctuation: 14
      case .initialPunctuation: 15
      case .finalPunctuation: 16
      case .otherPunctuation: 17
      case .mathSymbol: 18
      case .currencySymbol: 19
      case .modifierSymbol: 20
      case .otherSymbol: 21
      case .spaceSeparator: 22
      case .lineSeparator: 23
      case .paragraphSeparator: 24
      case .control: 25
      case .format: 26
      case .privateUse: 27
      case .unassigned, .surrogate: 28
      @unknown default: 28
      }
    return 1 << index
  }
}
