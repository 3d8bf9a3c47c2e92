internal import JSON

/// An object of the descriptor, whose keys are removed as they are read.
///
/// Keys that remain after all known ones were read are rejected, so that no rule is ever silently
/// ignored. Keys that only describe, such as `title`, are allowed anywhere.
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
    // A null key means the same as an absent one.
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

  /// Rejects the keys that were not read.
  func finish() throws(DataPackageFault) {
    guard let key = firstLeft(where: { !Self.describing.contains($0) }) else { return }
    throw fault("the key \"\(key)\" of \(noun) is not supported")
  }

  /// The first by name of the unread keys that meet the condition.
  func firstLeft(where condition: (String) -> Bool) -> String? {
    members.keys.filter(condition).min()
  }

  /// Reads a key whatever its value; nil if it is absent.
  mutating func take(_ key: String) -> JSONValue? { members.removeValue(forKey: key) }

  /// Ignores keys that do not affect how a file is read.
  mutating func ignore(_ keys: String...) { for key in keys { members[key] = nil } }

  mutating func string(_ key: String) throws(DataPackageFault) -> String? {
    try take(key, "a string", \.string)
  }

  mutating func bool(_ key: String) throws(DataPackageFault) -> Bool? {
    try take(key, "true or false") { if case .bool(let flag) = $0 { flag } else { nil } }
  }

  /// A whole number that is not negative.
  mutating func count(_ key: String) throws(DataPackageFault) -> Int? {
    try take(key, "a whole number from 0 on") { value in
      if case .integer(let number) = value, number >= 0 { Int(number) } else { nil }
    }
  }

  mutating func strings(_ key: String) throws(DataPackageFault) -> [String]? {
    guard let values = try values(key) else { return nil }
    let texts = values.compactMap(\.string)
    guard texts.count == values.count else { throw fault(key, expected: "a list of strings") }
    return texts
  }

  /// Reads a value of one form; nil if the key is absent.
  private mutating func take<Value>(
    _ key: String, _ expected: String, _ read: (JSONValue) -> Value?
  ) throws(DataPackageFault) -> Value? {
    guard let value = take(key) else { return nil }
    guard let read = read(value) else { throw fault(key, expected: expected) }
    return read
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
    try take(key, "a list") { if case .array(let values) = $0 { values } else { nil } }
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
    try values(key)?.map { value throws(DataPackageFault) in
      try DescriptorObject(value, noun, resource: resource, field: field)
    }
  }
}
