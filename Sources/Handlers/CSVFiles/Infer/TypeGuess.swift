internal import Datasets
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
  var isRequired: Bool
  /// Why it is text although something else was near.
  let remark: String?

  init(_ profile: ColumnProfile, name: String, title: String?) {
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
    isRequired = profile.count > 0 && profile.empty == 0 && missingWords.isEmpty
  }

  /// Writes the field's descriptor.
  func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("name", name)
      if let title { json.member("title", title) }
      if let type {
        for member in type.members {
          json.key(member.key)
          json.raw(member.json.utf8Span.span)
        }
      } else {
        json.member("type", "string")
      }
      if !missingWords.isEmpty { json.member("missingValues", [""] + missingWords) }
      if isRequired { json.object("constraints") { json in json.member("required", true) } }
    }
  }
}

/// A type that a column may turn out to have, and how a descriptor declares it.
struct TypeCandidate {
  /// What tells it from the others.
  let name: String
  let type: FieldType
  /// The members of the field's descriptor, as JSON text behind their names.
  let members: [(key: String, json: String)]
  /// Names of candidates that read the same text as something else: with one of them still
  /// possible, nobody can tell.
  var rivals: [String] = []
  /// Whether both words have to occur: a column of nothing but `no` may be a country's code.
  var needsBothWords = false
  var isNumber: Bool {
    switch type {
    case .integer, .number: true
    default: false
    }
  }

  private init(
    _ name: String, _ type: FieldType, _ kind: String, _ more: [(key: String, json: String)] = []
  ) {
    self.name = name
    self.type = type
    members = [("type", "\"\(kind)\"")] + more
  }

  /// All there are, the likeliest reading of a text first.
  static let all: [TypeCandidate] = booleans + numbers + identifiers + times + structures

  /// The positions of the numbers among all, of which the first are plain integers.
  static let numberRange = booleans.count..<booleans.count + numbers.count
  static let integer = numberRange.lowerBound

  private static let booleans: [TypeCandidate] = {
    func words(_ yes: [String], _ no: [String]) -> TypeCandidate {
      var form = BooleanWords.standard
      (form.trueWords, form.falseWords) = (yes, no)
      var candidate = TypeCandidate(
        yes[0], .boolean(form), "boolean",
        [("trueValues", list(yes)), ("falseValues", list(no))])
      candidate.needsBothWords = true
      return candidate
    }
    // The standard words except 1 and 0, which count as numbers.
    var standard = BooleanWords.standard
    standard.trueWords.removeLast()
    standard.falseWords.removeLast()
    return [
      TypeCandidate("true", .boolean(standard), "boolean"),
      words(["yes", "Yes", "YES"], ["no", "No", "NO"]), words(["Y", "y"], ["N", "n"]),
      words(["t"], ["f"]),
    ]
  }()

  private static func list(_ words: [String]) -> String {
    "[" + words.map { "\"\($0)\"" }.joined(separator: ",") + "]"
  }

  private static let numbers: [TypeCandidate] = {
    func number(
      _ name: String, decimal: String = ".", group: String = "", isInteger: Bool = false,
      rivals: [String] = []
    ) -> TypeCandidate {
      var form = NumberForm.plain
      (form.decimal, form.group) = (Array(decimal.utf8), Array(group.utf8))
      var more = group.isEmpty ? [] : [(key: "groupChar", json: "\"\(group)\"")]
      if !isInteger, decimal != "." { more.append(("decimalChar", "\"\(decimal)\"")) }
      var candidate = TypeCandidate(
        name, isInteger ? .integer(form, .eight) : .number(form), isInteger ? "integer" : "number",
        more)
      candidate.rivals = rivals
      return candidate
    }
    let apart = [",", " ", "'", "."].map { group in
      number(
        "integer\(group)", group: group, isInteger: true, rivals: group == "," ? ["decimal,"] : [])
    }
    return [number("integer", isInteger: true), number("number")] + apart + [
      number("decimal,", decimal: ",", rivals: ["integer,", "number,"]),
      number("number,", group: ",", rivals: ["decimal,"]),
      number("decimal,.", decimal: ",", group: "."), number("decimal, ", decimal: ",", group: " "),
      number("number ", group: " "), number("number'", group: "'"),
    ]
  }()

  private static let identifiers = [
    TypeCandidate("uuid", .uuid, "string", [("format", "\"uuid\"")]),
    TypeCandidate("email", .string(.email), "string", [("format", "\"email\"")]),
  ]

  private static let times: [TypeCandidate] = {
    var candidates = [
      TypeCandidate("date", .date(.standard), "date"),
      TypeCandidate("datetime", .datetime(.standard), "datetime"),
      TypeCandidate("time", .time(.standard), "time"),
    ]
    let days = [
      "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y.%m.%d",
      "%d %b %Y", "%d-%b-%Y", "%b %d, %Y",
    ]
    for day in days { candidates += pattern(day, .date) }
    for day in ["%Y-%m-%d"] + days {
      for time in ["%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p"] {
        candidates += pattern("\(day) \(time)", .datetime)
      }
    }
    for time in ["%H:%M", "%I:%M %p", "%I:%M:%S %p"] { candidates += pattern(time, .time) }
    return candidates
  }()

  private static func pattern(_ text: String, _ purpose: TimePattern.Purpose) -> [TypeCandidate] {
    guard let pattern = try? TimePattern(text, for: purpose) else { return [] }
    let type: FieldType =
      switch purpose {
      case .date: .date(.pattern(pattern))
      case .time: .time(.pattern(pattern))
      case .datetime: .datetime(.pattern(pattern))
      }
    var candidate = TypeCandidate(text, type, "\(purpose)", [("format", "\"\(text)\"")])
    for (day, month) in [("%d/%m", "%m/%d"), ("%d-%m", "%m-%d")] {
      if text.hasPrefix(day) { candidate.rivals = [month + text.dropFirst(day.count)] }
      if text.hasPrefix(month) { candidate.rivals = [day + text.dropFirst(month.count)] }
    }
    return [candidate]
  }

  private static let structures = [
    TypeCandidate("object", .object, "object"), TypeCandidate("array", .array, "array"),
  ]
}
