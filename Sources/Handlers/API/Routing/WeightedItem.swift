/// One of the names in a field such as `Accept`, with its quality value (RFC 9110, section 12.4.2).
struct WeightedItem {
  let name: String
  let weight: Double

  /// The items of a field in their order; one without a quality value weighs 1.
  static func items(of field: String) -> [WeightedItem] {
    field.split(separator: ",").map { item in
      let parts = item.split(separator: ";").map { $0.filter { $0 != " " }.lowercased() }
      let weight = parts.first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
      return WeightedItem(name: parts.first ?? "", weight: weight)
    }
  }
}
