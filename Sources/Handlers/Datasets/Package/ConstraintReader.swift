internal import JSON

/// Reads the constraints of a field, each of which must be meaningful for its type.
enum ConstraintReader {
  private static let ofSomeTypes: Set = [
    "minimum", "maximum", "minLength", "maxLength", "pattern", "enum",
  ]

  /// Reads all constraints; an integer type gets the width that its bounds allow.
  static func constraints(
    _ object: inout DescriptorObject, of type: inout FieldType
  ) throws(DataPackageFault) -> FieldConstraints {
    var constraints = FieldConstraints()
    let traits = type.traits
    constraints.isRequired = try object.bool("required") ?? false
    constraints.isUnique = try object.bool("unique") ?? false
    guard !constraints.isUnique || traits.isIndexable else {
      throw object.fault("the constraint \"unique\" is not supported for \(traits.noun)")
    }
    if let order = traits.order { try readBounds(&object, type, order, &constraints) }
    if case .integer(let form, _) = type {
      type = .integer(form, IntegerWidth(constraints.integerRange))
    }
    if traits.lengthUnit != nil { try readLengths(&object, &constraints) }
    if traits.hasPattern, let pattern = try object.string("pattern") {
      do {
        constraints.pattern = try TextPattern(pattern)
      } catch {
        throw object.fault("pattern \"\(pattern)\": \(error.message)")
      }
    }
    if traits.isIndexable, let values = try object.values("enum") {
      constraints.allowed = try allowed(values, type, object)
    }
    if let key = object.firstLeft(where: ofSomeTypes.contains) {
      throw object.fault("the constraint \"\(key)\" is not supported for \(traits.noun)")
    }
    try object.finish()
    return constraints
  }

  private static func readBounds(
    _ object: inout DescriptorObject, _ type: FieldType, _ order: TypeTraits.Order,
    _ constraints: inout FieldConstraints
  ) throws(DataPackageFault) {
    constraints.minimum = try bound(&object, "minimum", type)
    constraints.maximum = try bound(&object, "maximum", type)
    if let low = constraints.minimum, let high = constraints.maximum,
      order.compare(low.encoded.span, high.encoded.span) > 0
    {
      throw object.fault("minimum \(low.text) is above maximum \(high.text)")
    }
  }

  private static func bound(
    _ object: inout DescriptorObject, _ key: String, _ type: FieldType
  ) throws(DataPackageFault) -> FieldConstraints.Bound? {
    guard let value = object.take(key) else { return nil }
    guard let (text, encoded) = type.declared(value) else {
      throw object.fault(key, expected: type.traits.expectation)
    }
    return FieldConstraints.Bound(text: text, encoded: encoded)
  }

  private static func readLengths(
    _ object: inout DescriptorObject, _ constraints: inout FieldConstraints
  ) throws(DataPackageFault) {
    let low = try object.count("minLength") ?? 0
    let high = try object.count("maxLength") ?? .max
    guard low <= high else { throw object.fault("minLength \(low) is above maxLength \(high)") }
    constraints.lengths = low...high
  }

  private static func allowed(
    _ values: [JSONValue], _ type: FieldType, _ object: DescriptorObject
  ) throws(DataPackageFault) -> AllowedValues {
    guard !values.isEmpty else { throw object.fault("enum", expected: "at least one value") }
    var allowed: [(text: String, encoded: [UInt8])] = []
    for (index, value) in values.enumerated() {
      guard let value = type.declared(value) else {
        throw object.fault("value \(index + 1) of enum: expected \(type.traits.expectation)")
      }
      allowed.append(value)
    }
    return AllowedValues(allowed, of: type)
  }
}

extension FieldType {
  /// A value as a descriptor declares it, with its text: a JSON number or boolean, or text in the
  /// field's own form or the standard one.
  fileprivate func declared(_ value: JSONValue) -> (text: String, encoded: [UInt8])? {
    let text: String
    switch value {
    case .string(let string):
      if let encoded = encoded(Array(string.utf8)) { return (string, encoded) }
      text = string
    case .integer(let number): text = "\(number)"
    case .number(let number): text = "\(number)"
    case .bool(let flag):
      guard case .boolean = self else { return nil }
      text = "\(flag)"
    case .null, .array, .object: return nil
    }
    return inStandardForm.encoded(Array(text.utf8)).map { (text, $0) }
  }
}
