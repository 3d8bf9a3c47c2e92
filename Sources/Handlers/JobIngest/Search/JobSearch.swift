package import JSON
internal import LambdaRuntime
internal import System

/// A search at USAJOBS, with every parameter in the form that the service documents.
package struct JobSearch: Sendable, Equatable {
  /// The name that a saved search goes by.
  package let name: String?
  /// The least pay in whole dollars a year that a posting must offer to be kept.
  ///
  /// The service only filters by ranges of pay, so each posting is compared after it is read.
  package let minimumAnnualPay: Int?
  /// Whether it finds postings only while they are new, so that one it no longer finds may be open.
  package let isByAge: Bool
  /// The query without a page, in a fixed order and with sorted lists, so that equal searches have
  /// equal queries.
  package let query: String

  /// Identifies the search: its name if it has one, otherwise the whole search.
  package var key: String {
    name ?? minimumAnnualPay.map { "\(query)&minimumAnnualPay=\($0)" } ?? query
  }

  /// The search that runs when none are saved.
  package static let standard = JobSearch(
    name: "data-engineering-chicago", minimumAnnualPay: nil,
    values: ["keyword": ["data engineering"], "locationName": ["Chicago, Illinois"]])

  /// Makes a search of values that have their form in a query already.
  private init(name: String?, minimumAnnualPay: Int?, values: [String: [String]]) {
    self.name = name
    self.minimumAnnualPay = minimumAnnualPay
    isByAge = values["postedWithinDays"] != nil
    var items: [(name: String, value: String)] = []
    for parameter in SearchParameter.all {
      guard let values = values[parameter.key] ?? parameter.standard.map({ [$0] }) else { continue }
      let value = values.count == 1 ? values[0] : Set(values).sorted().joined(separator: ";")
      items += parameter.names.map { (name: $0, value: value) }
    }
    items.append((name: "Fields", value: "Full"))
    query = PercentEncoding.query(items)
  }

  /// Reads a search from the members of a JSON object.
  ///
  /// Unknown keys are rejected: the service would ignore them and return every posting. Null counts
  /// as an absent key. Errors name places below the place given.
  package init(
    members: [String: JSONValue], at place: [any CodingKey] = []
  ) throws(JSONError) {
    let reader = SearchReader(members: members.filter { $0.value != .null }, place: place)
    try reader.refuseUnknownKeys()
    let values = try reader.values()
    try reader.checkTogether(values)
    self.init(
      name: try reader.name(), minimumAnnualPay: try reader.minimumAnnualPay(), values: values)
  }
}

/// Reads a search's JSON object; its errors name the key at fault and what is expected there.
struct SearchReader {
  static let nameKey = "name"
  static let minimumAnnualPayKey = "minimumAnnualPay"

  let members: [String: JSONValue]
  let place: [any CodingKey]

  private static let keys =
    [nameKey, minimumAnnualPayKey] + SearchParameter.all.map(\.key)

  func refuseUnknownKeys() throws(JSONError) {
    for key in members.keys.sorted() where !Self.keys.contains(key) {
      throw error(key, Self.advice(on: key))
    }
  }

  private static func advice(on key: String) -> String {
    let lowercased = key.lowercased()
    if ["page", "resultsperpage", "fields"].contains(lowercased) {
      return "left out: the ingestion sets it itself"
    }
    let documented = SearchParameter.all.first { parameter in
      parameter.names.contains { $0.lowercased() == lowercased }
    }
    // Case does not matter here.
    let nearest = Suggestion.nearest(to: lowercased, among: keys.map { $0.lowercased() })
    let meant = documented?.key ?? keys.first { $0.lowercased() == nearest }
    return meant.map { "\"\($0)\"; no parameter has this name" }
      ?? "a parameter of a search: \(keys.joined(separator: ", "))"
  }

  func values() throws(JSONError) -> [String: [String]] {
    var values: [String: [String]] = [:]
    for parameter in SearchParameter.all {
      guard let value = members[parameter.key] else { continue }
      values[parameter.key] = try texts(value, parameter)
    }
    return values
  }

  private func texts(
    _ value: JSONValue, _ parameter: SearchParameter
  ) throws(JSONError) -> [String] {
    guard case .array(let elements) = value, parameter.isList, !elements.isEmpty else {
      guard let text = parameter.form.queryText(value) else {
        throw error(parameter.key, parameter.expected)
      }
      return [text]
    }
    var texts: [String] = []
    for (index, element) in elements.enumerated() {
      guard let text = parameter.form.queryText(element) else {
        throw error(parameter.key, index: index, parameter.form.expected)
      }
      texts.append(text)
    }
    return texts
  }

  /// Checks the rules that hold between parameters.
  func checkTogether(_ values: [String: [String]]) throws(JSONError) {
    if let radius = values["radius"], radius != ["0"], values["locationName"] == nil {
      throw error("locationName", "given with a radius, which is counted from it")
    }
    for (low, high) in [("payGradeLow", "payGradeHigh"), ("minimumPay", "maximumPay")] {
      guard let least = number(values[low]), let most = number(values[high]) else { continue }
      guard least <= most else { throw error(low, "at most \(high)") }
    }
    guard SearchParameter.all.contains(where: { $0.isFilter && values[$0.key] != nil }) else {
      throw JSONError(
        code: .rejected, path: place,
        expected: "a search with at least one of its parameters, such as keyword")
    }
  }

  private func number(_ values: [String]?) -> Int? { values?.first.flatMap { Int($0) } }

  func name() throws(JSONError) -> String? {
    guard let value = members[Self.nameKey] else { return nil }
    guard case .string(let name) = value, Self.isName(name) else {
      throw error(Self.nameKey, "1 to 80 letters, digits, spaces, hyphens, underscores or dots")
    }
    return name
  }

  // A name never looks like a query, which is the key of a search without a name.
  private static func isName(_ text: String) -> Bool {
    (1...80).contains(text.utf8.count) && !text.hasPrefix(" ") && !text.hasSuffix(" ")
      && text.utf8.allSatisfy { $0.isASCIIAlphanumeric || " -_.".utf8.contains($0) }
  }

  func minimumAnnualPay() throws(JSONError) -> Int? {
    guard let value = members[Self.minimumAnnualPayKey] else { return nil }
    let form = SearchValue.number(1...9_999_999)
    guard let pay = form.queryText(value).flatMap({ Int($0) }) else {
      throw error(Self.minimumAnnualPayKey, form.expected + ", in dollars a year")
    }
    return pay
  }

  private func error(_ key: String, index: Int? = nil, _ expected: String) -> JSONError {
    let path = [PlaceKey(key)] + (index.map { [PlaceKey($0)] } ?? [])
    return JSONError(code: .rejected, path: place + path, expected: expected)
  }
}

/// A key or an index, as part of the place that an error names.
private struct PlaceKey: CodingKey {
  let stringValue: String
  let intValue: Int?

  init(_ key: String) { (stringValue, intValue) = (key, nil) }
  init(_ index: Int) { (stringValue, intValue) = ("\(index)", index) }
  init?(stringValue: String) { self.init(stringValue) }
  init?(intValue: Int) { self.init(intValue) }
}
