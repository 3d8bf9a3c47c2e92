/// One JSON value on its way from an encoder to text, with the keys of objects in order.
///
/// A class, because an encoder hands out containers that go on filling what they were given.
final class EncodedValue {
  enum Content {
    case unset
    case null
    case bool(Bool)
    case signed(Int64)
    case unsigned(UInt64)
    case number(Double)
    case string(String)
    case array([EncodedValue])
    case object([(key: String, value: EncodedValue)])
  }

  var content: Content = .unset

  var elementCount: Int {
    guard case .array(let elements) = content else { return 0 }
    return elements.count
  }

  // The list is taken out before it grows: appending to a copy would make encoding quadratic.
  func appendElement() -> EncodedValue {
    var elements: [EncodedValue] = []
    if case .array(let existing) = content { elements = existing }
    content = .unset
    let element = EncodedValue()
    elements.append(element)
    content = .array(elements)
    return element
  }

  func appendMember(_ key: String) -> EncodedValue {
    var members: [(key: String, value: EncodedValue)] = []
    if case .object(let existing) = content { members = existing }
    content = .unset
    let member = EncodedValue()
    members.append((key, member))
    content = .object(members)
    return member
  }

  func write(to writer: inout JSONWriter) {
    switch content {
    case .null: writer.null()
    case .bool(let value): writer.bool(value)
    case .signed(let value): writer.integer(value)
    case .unsigned(let value): writer.integer(value)
    case .number(let value): writer.number(value)
    case .string(let value): writer.string(value)
    case .array(let elements):
      writer.beginArray()
      for element in elements { element.write(to: &writer) }
      writer.endArray()
    case .object(let members):
      writer.beginObject()
      for member in members {
        writer.key(member.key)
        member.value.write(to: &writer)
      }
      writer.endObject()
    case .unset:
      writer.beginObject()
      writer.endObject()
    }
  }
}
