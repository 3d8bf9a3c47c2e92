internal import JSON

/// An object of the descriptor, from which keys are taken one by one.
///
/// What is left over when all that is known was taken is refused, so that no rule is ever silently
/// ignored. Keys that only describe, such as `title`, may stand anywhere.
struct DescriptorObject {
  private static let describing: Set = ["name", "title", "description", "example", "rdfType"]

  /// What the object is, for messages: `the field`.
  private let noun: String
  let resource: String?
  let field: String?
  private var members: [String: JSONValue]

  init(
    _ value: JSONValue, _ noun: String, resource: String? = nil, field: String? = nil
  ) throws(DataPackageFault) {
    guard case .object(let members) = value else {
      throw DataPackageFault(resource: resource, field: field, "\(noun): expected an object")
    }
    self.noun = noun
    self.resource = resource
    self.field = field
    // A key that is null says as much as one that is absent.
    self.members = members.filter { $0.value != .null }
  }

  /// The same object as part of a resource or field whose name is now known.
  func named(resource: String?, field: String? = nil) throws(DataPackageFault) -> Self {
    try Self(.object(members), noun, resource: resource, field: field)
  }

  func fault(_ rule: String) -> DataPackageFault {
    DataPackageFault(resource: resource, field: field, rule)
  }

  /// A fault of one key's value.
  func fault(_ key: String, expected: String) -> DataPackageFault {
    fault("the key \"\(key)\" of \(noun): expected \(expected)")
  }

  /// Refuses what was not taken.
  func finish() throws(DataPackageFault) {
    guard let key = firstLeft(where: { !Self.describing.contains($0) }) else { return }
    throw fault("the key \"\(key)\" of \(noun) is not supported")
  }

  /// Of the keys that were not taken and meet the condition, the first by name.
  func firstLeft(where condition: (String) -> Bool) -> String? {
    members.keys.filter(condition).min()
  }

  /// Takes a key whatever its value is; nil when it is absent.
  mutating func take(_ key: String) -> JSONValue? { members.removeValue(forKey: key) }

  /// Takes keys that say nothing about how a file is to be read.
  mutating func ignore(_ keys: String...) { for key in keys { members[key] = nil } }

  mutating func string(_ key: String) throws(DataPackageFault) -> String? {
    guard let value = take(key) else { return nil }
    guard case .string(let text) = value else { throw fault(key, expected: "a string") }
    return text
  }

  mutating func bool(_ key: String) throws(DataPackageFault) -> Bool? {
    guard let value = take(key) else { return nil }
    guard case .bool(let flag) = value else { throw fault(key, expected: "true or false") }
    return flag
  }

  /// A whole number from 0 on.
  mutating func count(_ key: String) throws(DataPackageFault) -> Int? {
    guard let value = take(key) else { return nil }
    guard case .integer(let number) = value, number >= 0 else {
      throw fault(key, expected: "a whole number from 0 on")
    }
    return Int(number)
  }

  mutating func strings(_ key: String) throws(DataPackageFault) -> [String]? {
    guard let values = try values(key) else { return nil }
    let texts = values.compactMap(\.string)
    guard texts.count == values.count else { throw fault(key, expected: "a list of strings") }
    return texts
  }

  /// One name, or a list of names: Table Schema allows both for a key.
  mutating func names(_ key: String) throws(DataPackageFault) -> [String]? {
    if let name = members[key]?.string {
      members[key] = nil
      return [name]
    }
    return try strings(key)
  }

  mutating func values(_ key: String) throws(DataPackageFault) -> [JSONValue]? {
    guard let value = take(key) else { return nil }
    guard case .array(let values) = value else { throw fault(key, expected: "a list") }
    return values
  }

  mutating func object(
    _ key: String, _ noun: String
  ) throws(DataPackageFault) -> DescriptorObject? {
    guard let value = take(key) else { return nil }
    return try DescriptorObject(value, noun, resource: resource, field: field)
  }

  mutating func objects(
    _ key: String, _ noun: String
  ) throws(DataPackageFault) -> [DescriptorObject]? {
    guard let values = try values(key) else { return nil }
    var objects: [DescriptorObject] = []
    for value in values {
      objects.append(try DescriptorObject(value, noun, resource: resource, field: field))
    }
    return objects
  }
}
