/// Reads a regular expression as XML Schema defines them.
///
/// The grammar is that of <https://www.w3.org/TR/xmlschema-2/#regexs>. Beyond it, `^` and `$` are
/// taken at the ends of the pattern and its alternatives, where other dialects need them and here
/// they change nothing, and so are `(?:…)` and a backslash before any punctuation. What the grammar
/// does not have is refused, so that no pattern means something else here than where it was
/// written.
struct PatternParser {
  private let scalars: [Unicode.Scalar]
  private var position = 0
  private var depth = 0

  static func parse(_ pattern: String) throws(PatternFault) -> PatternNode {
    guard pattern.utf8.count <= PatternNode.lengthLimit else {
      throw PatternFault("it is longer than \(PatternNode.lengthLimit) bytes")
    }
    var parser = PatternParser(scalars: Array(pattern.unicodeScalars))
    let node = try parser.choice()
    guard parser.position == parser.scalars.count else {
      throw parser.fault("a ) without its (; a parenthesis itself is \\)")
    }
    return node
  }

  private init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

  private mutating func choice() throws(PatternFault) -> PatternNode {
    var branches = [try branch()]
    while take("|") { branches.append(try branch()) }
    return branches.count == 1 ? branches[0] : .choice(branches)
  }

  private mutating func branch() throws(PatternFault) -> PatternNode {
    if depth == 0 { _ = take("^") }
    var pieces: [PatternNode] = []
    while let scalar = peek(), scalar != "|", scalar != ")" {
      if scalar == "$", depth == 0, position + 1 == scalars.count || scalars[position + 1] == "|" {
        position += 1
        break
      }
      pieces.append(try quantified(try atom(scalar)))
    }
    return pieces.count == 1 ? pieces[0] : .sequence(pieces)
  }

  private mutating func atom(_ scalar: Unicode.Scalar) throws(PatternFault) -> PatternNode {
    switch scalar {
    case "(":
      return try group()
    case "[":
      return .set(try bracket())
    case ".":
      position += 1
      var set = ScalarSet()
      set.insert(complementOf: [0x0A...0x0A, 0x0D...0x0D])
      return .set(set)
    case "\\":
      switch try escape() {
      case .scalar(let scalar): return .set(.one(scalar))
      case .set(let set): return .set(set)
      }
    case "^", "$":
      throw fault(
        "a \(scalar) inside; the whole value is matched anyway, and the character is \\\(scalar)")
    case "*", "+", "?", "{":
      throw fault("a \(scalar) with nothing to repeat; the character itself is \\\(scalar)")
    case "}", "]":
      throw fault("a \(scalar) that closes nothing; the character itself is \\\(scalar)")
    default:
      position += 1
      return .set(.one(scalar))
    }
  }

  private mutating func group() throws(PatternFault) -> PatternNode {
    position += 1
    if take("?"), !take(":") {
      throw fault("a (? that XML Schema does not have, such as a look-ahead or a flag")
    }
    depth += 1
    guard depth <= PatternNode.depthLimit else { throw fault("less nesting is expected") }
    let node = try choice()
    guard take(")") else { throw fault("a ( that is never closed") }
    depth -= 1
    return node
  }

  private mutating func quantified(_ node: PatternNode) throws(PatternFault) -> PatternNode {
    let result: PatternNode
    switch peek() {
    case "?": result = .repeated(node, 0, 1)
    case "*": result = .repeated(node, 0, nil)
    case "+": result = .repeated(node, 1, nil)
    case "{":
      position += 1
      let low = try count()
      let high: Int? = take(",") ? (peek() == "}" ? nil : try count()) : low
      guard peek() == "}" else { throw fault("a { that is not {n}, {n,} or {n,m}") }
      if let high, high < low { throw fault("a repetition of \(low) to \(high)") }
      result = .repeated(node, low, high)
    default: return node
    }
    position += 1
    if let next = peek(), ["?", "*", "+", "{"].contains(next) {
      throw fault("a \(next) after a repetition; lazy and possessive ones do not exist")
    }
    return result
  }

  private mutating func count() throws(PatternFault) -> Int {
    let start = position
    var value = 0
    while let scalar = peek(), ("0"..."9").contains(scalar), value < 1_000_000 {
      value = value * 10 + Int(scalar.value - 0x30)
      position += 1
    }
    guard position > start else { throw fault("a { that is not {n}, {n,} or {n,m}") }
    return value
  }

  private mutating func bracket() throws(PatternFault) -> ScalarSet {
    position += 1
    depth += 1
    guard depth <= PatternNode.depthLimit else { throw fault("less nesting is expected") }
    var set = ScalarSet()
    set.isNegated = take("^")
    let start = position
    while let scalar = peek(), scalar != "]" {
      if scalar == "-", position + 1 < scalars.count, scalars[position + 1] == "[",
        position > start
      {
        position += 1
        set.subtract(try bracket())
        guard peek() == "]" else { throw fault("something after a subtracted class") }
        break
      }
      try member(of: &set)
    }
    guard position > start else { throw fault("an empty class; the characters are \\[ and \\]") }
    guard take("]") else { throw fault("a [ that is never closed") }
    depth -= 1
    return set
  }

  private mutating func member(of set: inout ScalarSet) throws(PatternFault) {
    guard let first = try bound(&set) else { return }
    // A dash before the end of the class is itself.
    guard peek() == "-", position + 1 < scalars.count, scalars[position + 1] != "]",
      scalars[position + 1] != "["
    else {
      set.insert(first...first)
      return
    }
    position += 1
    guard let last = try bound(&set), first <= last else {
      throw fault("a range that does not go upwards")
    }
    set.insert(first...last)
  }

  /// One character of a class; nil when it was a class of its own, which is then in the set.
  private mutating func bound(_ set: inout ScalarSet) throws(PatternFault) -> Unicode.Scalar? {
    guard let scalar = peek() else { throw fault("a [ that is never closed") }
    switch scalar {
    case "[": throw fault("a [ inside a class; the character itself is \\[")
    case "\\":
      switch try escape() {
      case .scalar(let scalar): return scalar
      case .set(let other):
        set.formUnion(other)
        return nil
      }
    default:
      position += 1
      return scalar
    }
  }

  private enum Escape { case scalar(Unicode.Scalar), set(ScalarSet) }

  private mutating func escape() throws(PatternFault) -> Escape {
    position += 1
    guard let scalar = peek() else { throw fault("a backslash at the end") }
    position += 1
    switch scalar {
    case "n": return .scalar("\n")
    case "r": return .scalar("\r")
    case "t": return .scalar("\t")
    case "p", "P": return .set(try category(isComplement: scalar == "P"))
    case _ where scalar.isASCII && !Self.isWordCharacter(scalar): return .scalar(scalar)
    default: break
    }
    guard let set = NamedClass.set(scalar) else {
      position -= 1
      throw fault("a \\\(scalar), which XML Schema does not have")
    }
    return .set(set)
  }

  private static func isWordCharacter(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
  }

  private mutating func category(isComplement: Bool) throws(PatternFault) -> ScalarSet {
    guard take("{") else { throw fault("a \\p without its {category}") }
    var name = ""
    while let scalar = peek(), scalar != "}" {
      name.unicodeScalars.append(scalar)
      position += 1
    }
    guard take("}"), !name.hasPrefix("Is") else {
      throw fault("a Unicode block; expected a category such as \\p{Lu}, or a range of characters")
    }
    guard let mask = GeneralCategory.mask(named: name) else {
      throw fault("\\p{…} with what is no category; expected one such as L, Lu, Nd or Sc")
    }
    var set = ScalarSet()
    set.insert(categories: isComplement ? GeneralCategory.all & ~mask : mask)
    return set
  }

  private func peek() -> Unicode.Scalar? {
    position < scalars.count ? scalars[position] : nil
  }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard peek() == scalar else { return false }
    position += 1
    return true
  }

  private func fault(_ what: String) -> PatternFault {
    PatternFault("\(what), at character \(position + 1)")
  }
}
