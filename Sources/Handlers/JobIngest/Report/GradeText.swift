/// Writes the grades of a posting, such as `GS-12/13`.
package enum GradeText {
  package static func text(plan: String?, low: String?, high: String?) -> String? {
    var grades = [low, high].compactMap(\.self).filter { !$0.isEmpty }
    if grades.count == 2, grades[0] == grades[1] { grades.removeLast() }
    let parts = [plan ?? "", grades.joined(separator: "/")].filter { !$0.isEmpty }
    return parts.isEmpty ? nil : parts.joined(separator: "-")
  }
}
