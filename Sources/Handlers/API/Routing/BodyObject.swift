internal import JSON

/// A body that is one JSON object with known members, each of which occurs once.
struct BodyObject {
  private let members: [String: JSONValue]

  /// Reads a call's body.
  ///
  /// - Throws: A problem that lists every member that is unknown, missing or repeated.
  init(
    _ call: APICall, required: [String], optional: [String] = []
  ) throws {
    let object = try call.json(as: RawObject.self)
    var faults: [Problem.Fault] = []
    for name in object.repeated {
      faults.append(Self.fault(name, "repeated", "\(name) stands more than once"))
    }
    let known = required + optional
    for name in object.members.keys.sorted() where !known.contains(name) {
      faults.append(
        Self.fault(
          name, "unknown", "it is not known; expected \(known.joined(separator: ", "))"))
    }
    for name in required where object.members[name] == nil {
      faults.append(Self.fault(name, "missing", "\(name) is missing"))
    }
    try Self.refuse(faults)
    members = object.members
  }

  /// The text of a member, checked by a rule; nil when an optional one is missing.
  func text(_ name: String, _ rule: (String) -> String?) throws(Problem) -> String? {
    guard let value = members[name] else { return nil }
    guard let text = value.string else {
      throw Self.refusal(name, "wrong-type", "\(name) is no text; expected a JSON string")
    }
    if let reason = rule(text) { throw Self.refusal(name, "wrong-value", reason) }
    return text
  }

  /// The integer of a member, between two bounds.
  func integer(_ name: String, _ range: ClosedRange<Int>) throws(Problem) -> Int? {
    guard let value = members[name] else { return nil }
    // JSON allows integers with a fraction of zero, such as 7.0.
    let number: Int? =
      switch value {
      case .integer(let integer): Int(integer)
      case .number(let number): Int(exactly: number)
      default: nil
      }
    guard let number, range.contains(number) else {
      throw Self.refusal(
        name, "wrong-value",
        "\(name) must be an integer from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  private static func refusal(_ name: String, _ code: String, _ reason: String) -> Problem {
    Problem(.badRequest, "The body has a fault.", faults: [fault(name, code, reason)])
  }

  private static func refuse(_ faults: [Problem.Fault]) throws(Problem) {
    guard faults.isEmpty else {
      throw Problem(.badRequest, "The body has faults.", faults: faults)
    }
  }

  private static func fault(_ name: String, _ code: String, _ reason: String) -> Problem.Fault {
    Problem.Fault(row: nil, field: name, code: code, reason: reason)
  }
}

/// The members of an object, and the names that occur more than once.
private struct RawObject: Decodable {
  private(set) var members: [String: JSONValue] = [:]
  private(set) var repeated: [String] = []

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: MemberName.self)
    for name in container.allKeys {
      let value = try container.decode(JSONValue.self, forKey: name)
      if members.updateValue(value, forKey: name.stringValue) != nil {
        repeated.append(name.stringValue)
      }
    }
  }

  private struct MemberName: CodingKey {
    let stringValue: String
    let intValue: Int? = nil

    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}
