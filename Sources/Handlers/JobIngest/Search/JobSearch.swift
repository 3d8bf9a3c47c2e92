package import JSON
internal import System

/// What to look for at USAJOBS, with every parameter in the form the service documents.
package struct JobSearch: Sendable, Equatable {
  /// The name that a saved search goes by.
  package let name: String?
  /// The least pay in whole dollars a year that a posting must offer to be kept.
  ///
  /// The service only knows ranges of pay, so it is held against each posting after reading it.
  package let minimumAnnualPay: Int?
  /// Whether it finds postings only as long as they are new: that it finds one no more does not say
  /// that the posting is closed.
  package let isByAge: Bool
  /// The query without a page: in one order, with every list sorted, so that two searches that ask
  /// for the same have the same text.
  package let query: String

  /// The text that tells searches apart: the name where there is one, else the whole search.
  package var key: String {
    name ?? minimumAnnualPay.map { "\(query)&minimumAnnualPay=\($0)" } ?? query
  }

  /// The search of a package that saves none.
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
  /// A key that is no parameter is refused: the service ignores what it does not know, and would
  /// answer every posting there is. Null stands for a key that is not there. Errors name places
  /// below the place given.
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
