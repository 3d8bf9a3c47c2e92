internal import LambdaEvents

/// The forms a list of rows can be answered in.
enum RowForm {
  case json
  case csv

  /// The first form that the request's `Accept` names; JSON when it names none.
  static func accepted(by request: APIRequest) throws(Problem) -> RowForm {
    guard let accept = request.headers["accept"], !accept.isEmpty else { return .json }
    for range in accept.split(separator: ",") {
      let type = range.split(separator: ";").first?.filter { $0 != " " }.lowercased()
      switch type {
      case "application/json", "application/*", "*/*": return .json
      case "text/csv": return .csv
      default: continue
      }
    }
    // A browser asks for pages first and for anything last, which was found above.
    throw Problem(.notAcceptable, "This route answers application/json or text/csv.")
  }
}
