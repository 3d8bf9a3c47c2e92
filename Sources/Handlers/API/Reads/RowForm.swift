internal import LambdaEvents

/// The forms a list of rows can be answered in.
enum RowForm: CaseIterable {
  case json, ndjson, csv

  var mediaType: String {
    switch self {
    case .json: "application/json"
    case .ndjson: "application/x-ndjson"
    case .csv: "text/csv"
    }
  }

  var contentType: String { self == .csv ? "text/csv; charset=utf-8" : mediaType }

  /// The form that the request's `Accept` prefers (RFC 9110, section 12.5.1); the first of those
  /// there are when it has no wish.
  static func accepted(
    by request: APIRequest, among forms: [RowForm] = allCases
  ) throws(Problem) -> RowForm {
    guard let accept = request.headers["accept"], !accept.isEmpty else { return forms[0] }
    if let form = forms.first(where: { $0.mediaType == accept }) { return form }
    let ranges = WeightedItem.items(of: accept)
    var best: (form: RowForm, weight: Double)?
    for form in forms {
      let weight = Self.weight(of: form.mediaType, in: ranges)
      if weight > best?.weight ?? 0 { best = (form, weight) }
    }
    guard let best else {
      throw Problem(
        .notAcceptable,
        "This route answers \(forms.map(\.mediaType).joined(separator: ", ")).")
    }
    return best.form
  }

  /// The weight of the most specific range that covers a type; 0 when none does.
  private static func weight(of type: String, in ranges: [WeightedItem]) -> Double {
    let group = type.prefix { $0 != "/" } + "/*"
    var found = (precision: -1, weight: 0.0)
    for range in ranges {
      let precision: Int
      switch range.name {
      case type: precision = 2
      case String(group): precision = 1
      case "*/*": precision = 0
      default: continue
      }
      if precision > found.precision { found = (precision, range.weight) }
    }
    return found.weight
  }
}
