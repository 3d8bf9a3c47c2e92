internal import JSON

/// Reads one field of a schema: its type, format and constraints.
struct FieldReader {
  private var object: DescriptorObject
  private let name: String

  /// Starts with an object that contains the field's name.
  init(_ object: DescriptorObject) throws(DataPackageFault) {
    var object = object
    guard let name = try object.string("name") else {
      throw object.fault("a field has no name")
    }
    self.object = try object.named(resource: object.resource, field: name)
    self.name = name
    try Identifier.check(name, of: "field", in: object.resource)
  }

  /// Reads the field; the given missing values apply if it has none of its own.
  mutating func field(missingValues: [String]) throws(DataPackageFault) -> Dataset.Field {
    var type = try self.type()
    let missing = try object.strings("missingValues") ?? missingValues
    var constraints = FieldConstraints()
    if var declared = try object.object("constraints", "the constraints") {
      constraints = try ConstraintReader.constraints(&declared, of: &type)
    }
    try object.finish()
    return Dataset.Field(
      name: name, type: type, constraints: constraints,
      missingValues: missing.map { Array($0.utf8) })
  }

  private mutating func type() throws(DataPackageFault) -> FieldType {
    let type = try object.string("type") ?? "string"
    let format = try object.string("format") ?? "default"
    switch type {
    case "integer": return .integer(try numberForm(isInteger: true), .eight)
    case "number": return .number(try numberForm(isInteger: false))
    case "boolean": return .boolean(try booleanWords())
    case "date": return .date(try timeFormat(format, .date))
    case "time": return .time(try timeFormat(format, .time))
    case "datetime": return .datetime(try timeFormat(format, .datetime))
    default: break
    }
    guard let known = FieldType(named: type, format: format) else {
      throw object.fault(
        "type \"\(type)\" with format \"\(format)\" is not supported; expected \(FieldType.supported)"
      )
    }
    return known
  }

  private mutating func timeFormat(
    _ format: String, _ purpose: TimePattern.Purpose
  ) throws(DataPackageFault) -> TimeFormat {
    switch format {
    case "default": return .standard
    case "any": return .any
    default:
      // The specification's first version put `fmt:` before a pattern.
      let pattern = format.hasPrefix("fmt:") ? String(format.dropFirst(4)) : format
      guard pattern.utf8.contains(UInt8(ascii: "%")) else {
        throw object.fault(
          "format \"\(format)\": expected default, any or a pattern such as %d.%m.%Y")
      }
      do {
        return .pattern(try TimePattern(pattern, for: purpose))
      } catch {
        throw object.fault("format \"\(format)\": \(error.message)")
      }
    }
  }

  private mutating func numberForm(isInteger: Bool) throws(DataPackageFault) -> NumberForm {
    var form = NumberForm()
    if !isInteger, let decimal = try character("decimalChar") { form.decimal = decimal }
    form.group = try character("groupChar") ?? []
    form.isBare = try object.bool("bareNumber") ?? true
    guard form.group != form.decimal else {
      throw object.fault("groupChar and decimalChar: expected two different characters")
    }
    return form
  }

  /// One character that cannot be part of a plain number.
  private mutating func character(_ key: String) throws(DataPackageFault) -> [UInt8]? {
    guard let text = try object.string(key) else { return nil }
    let scalars = text.unicodeScalars
    guard scalars.count == 1, let scalar = scalars.first,
      !"0123456789+-eE\"\n\r".unicodeScalars
        .contains(scalar)
    else {
      throw object.fault(key, expected: "one character that is no digit, sign, e or line end")
    }
    return Array(text.utf8)
  }

  private mutating func booleanWords() throws(DataPackageFault) -> BooleanWords {
    var words = BooleanWords()
    if let trueWords = try object.strings("trueValues") { words.trueWords = trueWords }
    if let falseWords = try object.strings("falseValues") { words.falseWords = falseWords }
    guard !words.trueWords.isEmpty, !words.falseWords.isEmpty,
      Set(words.trueWords).isDisjoint(with: words.falseWords)
    else {
      throw object.fault(
        "trueValues and falseValues: expected at least one of each, and none that is both")
    }
    return words
  }
}
