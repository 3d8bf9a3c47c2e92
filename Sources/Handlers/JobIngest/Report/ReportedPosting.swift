/// One posting as a report shows it: texts of one line each, the optional ones left out.
package struct ReportedPosting: Sendable, Equatable {
  package let title: String
  package let organization: String?
  package let pay: String?
  package let grades: String?
  package let place: String?
  /// Where it can be read; only ever an address of http or https.
  package let link: String?
  /// The closing date as `2026-08-14`.
  package let closingDate: String?

  package init(
    title: String, organization: String?, pay: String?, grades: String?, place: String?,
    uri: String?, closingDate: String?
  ) {
    func line(_ text: String?) -> String? {
      text.map { OneLine.text($0, limit: 160) }.flatMap { $0.isEmpty ? nil : $0 }
    }
    self.title = line(title) ?? "Posting without a title"
    self.organization = line(organization)
    self.pay = line(pay)
    self.grades = line(grades)
    self.place = line(place)
    self.closingDate = line(closingDate)
    link = uri.flatMap(WebLink.text)
  }

  /// The lines below the title.
  var details: [String] {
    let money = [pay, grades].compactMap(\.self).joined(separator: ", ")
    let place = [self.place, closingDate.map { "closing date \($0)" }].compactMap(\.self)
      .joined(separator: "; ")
    return [organization ?? "", money, place].filter { !$0.isEmpty }
  }
}
