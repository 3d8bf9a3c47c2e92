internal import JSON

/// One field of the schema that a file suggests.
struct FieldGuess {
  /// Parts of names of columns whose digits are no numbers to reckon with.
  private static let codeNames: Set = [
    "phone", "telephone", "tel", "mobile", "fax", "zip", "zipcode", "postcode", "postal", "plz",
    "ssn", "isbn", "issn", "ean", "iban",
  ]

  let name: String
  let title: String?
  /// nil for text.
  let type: TypeCandidate?
  /// Texts that stand for no value, beside the empty one.
  let missingWords: [String]
  let isRequired: Bool
  /// Why it is text although something else was near.
  let remark: String?

  init(_ profile: ColumnProfile, name: String, title: String?, isInKey: Bool) {
    self.name = name
    self.title = title
    var type: TypeCandidate?
    var remark: String?
    switch profile.guess {
    case .typed(let candidate): type = candidate
    case .ambiguous(let candidate):
      remark =
        candidate.isNumber
        ? "its numbers can be read with the comma before decimals or between thousands"
        : "its days and months cannot be told apart"
    case .text where profile.isCode:
      remark = "its digits begin with a zero or a plus, which a number would lose"
    case .text: break
    }
    let words = name.split(separator: "_").map(String.init)
    if let candidate = type, candidate.isNumber, words.contains(where: Self.codeNames.contains) {
      type = nil
      remark = "by its name, its digits are no number"
    }
    self.type = type
    self.remark = remark
    let used = zip(ColumnProfile.missingWords, profile.words).filter { $0.1 > 0 }
    missingWords = type == nil ? [] : used.map { String(decoding: $0.0, as: UTF8.self) }
    isRequired = isInKey || profile.count > 0 && profile.empty == 0 && missingWords.isEmpty
  }

  /// Writes the field's descriptor.
  func write(to json: inout JSONWriter) {
    json.beginObject()
    json.key("name")
    json.string(name)
    if let title {
      json.key("title")
      json.string(title)
    }
    if let type {
      for member in type.members {
        json.key(member.key)
        json.raw(member.json.utf8Span.span)
      }
    } else {
      json.key("type")
      json.string("string")
    }
    if !missingWords.isEmpty {
      json.key("missingValues")
      json.beginArray()
      for word in [""] + missingWords { json.string(word) }
      json.endArray()
    }
    if isRequired {
      json.key("constraints")
      json.beginObject()
      json.key("required")
      json.bool(true)
      json.endObject()
    }
    json.endObject()
  }
}
