import JSON
import TestSupport
import Testing

@testable import JobIngest

/// What the columns of a posting hold, across the forms the service has used over the years.
@Suite("Posting") struct PostingTests {
  private func posting(_ members: String, details: String = "") throws -> Posting {
    let text = """
      {"MatchedObjectId": "840956600", "MatchedObjectDescriptor": {
        "PositionID": "X-1", "PositionTitle": "Engineer", "PositionURI": "https://a.example/1"
        \(members.isEmpty ? "" : ", " + members),
        "UserArea": {"Details": {\(details)}}}}
      """
    return try JSON.decode(Posting.self, from: Array(text.utf8))
  }

  @Test(arguments: [
    (#""34454""#, "34454"), (#""55204.0""#, "55204.0"), (#""32318.0000""#, "32318.0000"),
    (#""19.18""#, "19.18"), (#""0.0""#, "0.0"), (#""$55,204.00""#, "55204.00"), ("72750", "72750"),
    ("19.5", "19.5"), (#""""#, nil), ("null", nil),
  ])
  func `an amount is taken digit by digit`(json: String, expected: String?) throws {
    let pay = try posting(#""PositionRemuneration": [{"MinimumRange": \#(json)}]"#).pay
    #expect(pay.minimum?.text == expected)
  }

  @Test(arguments: [#""varies""#, #""-5""#, #""1.2.3""#, #""5.""#, "true", "{}", #""1e9""#])
  func `what is no amount names its place, and not itself`(json: String) throws {
    let error = try #require(throws: JSONError.self) {
      try posting(#""PositionRemuneration": [{"MaximumRange": \#(json)}]"#)
    }
    #expect(
      error.path == "MatchedObjectDescriptor.PositionRemuneration[0].MaximumRange", "\(error)")
    #expect(!"\(error)".contains("varies"))
  }

  @Test(arguments: [
    ("PA", "PA"), ("Per Year", "PA"), ("Per Hour", "PH"), ("Bi-weekly", "BW"), ("per day", "PD"),
    ("Without Compensation", "WC"), ("PW", "PW"), ("Per Voyage", "Per Voyage"),
  ])
  func `an interval is a code, whatever words it came in`(text: String, code: String) throws {
    let pay = try posting(#""PositionRemuneration": [{"RateIntervalCode": "\#(text)"}]"#).pay
    #expect(pay.interval == code)
  }

  @Test(arguments: [
    ("2016-05-03T00:00:00Z", "2016-05-03"), ("2020-12-03", "2020-12-03"),
    ("2025-07-17T00:00:00.0000", "2025-07-17"), ("2025-09-26T23:59:59.9970", "2025-09-26"),
    ("2026-07-30T11:01:01.6770", "2026-07-30"), ("", nil),
  ])
  func `a date has no zone and never moves`(text: String, day: String?) throws {
    #expect(try posting(#""ApplicationCloseDate": "\#(text)""#).closesOn == day)
  }

  @Test(arguments: ["2025-02-30", "07/17/2025", "2025-07-17 10:00", "soon"])
  func `what is no date names its place`(text: String) throws {
    let error = try #require(throws: JSONError.self) {
      try posting(#""PublicationStartDate": "\#(text)""#)
    }
    #expect(error.path == "MatchedObjectDescriptor.PublicationStartDate")
  }

  @Test func `grades are text, and truth is taken from text too`() throws {
    let details = try posting(
      "",
      details: """
        "LowGrade": "J", "HighGrade": "05", "PromotionPotential": 13, "RemoteIndicator": true,
        "TeleworkEligible": "False", "Relocation": "TRUE", "HiringPath": ["public", "", "vet"]
        """
    ).details
    #expect(details.lowGrade == "J")
    #expect(details.highGrade == "05")
    #expect(details.promotionPotential == "13")
    #expect(details.isRemote == true)
    #expect(details.allowsTelework == false)
    #expect(details.paysRelocation == true)
    #expect(details.hiringPaths == ["public", "vet"])
  }

  @Test func `all but identity, title and address may be absent`() throws {
    let posting = try posting("")
    #expect(posting.department == nil)
    #expect(posting.categoryCodes.isEmpty)
    #expect(posting.pay.interval == nil)
    #expect(posting.details.isRemote == nil)
  }

  @Test func `codes keep their zeros, names without text do not matter`() throws {
    let posting = try posting(
      """
      "JobCategory": [{"Name": "General Engineering ", "Code": "0801"}, {"Code": "2210"}],
      "JobGrade": [{"Code": "GS"}], "PositionSchedule": [{"Name": "", "Code": "1"}],
      "PositionOfferingType": [{"Name": null, "Code": 15317}],
      "DepartmentName": "", "OrganizationName": " Fish &amp; Wildlife&#39;s "
      """)
    #expect(posting.categoryCodes == ["0801", "2210"])
    #expect(posting.payPlan == "GS")
    #expect(posting.scheduleCodes == ["1"])
    #expect(posting.offeringCodes == ["15317"])
    #expect(posting.department == nil)
    #expect(posting.organization == "Fish & Wildlife's")
  }

  @Test(arguments: [
    ("a &amp;&lt;b&gt; &quot;c&quot;", "a &<b> \"c\""), ("&#233;&#xE9;&eacute;", "ééé"),
    ("R&D; AT&T", "R&D; AT&T"), ("&#0;&#xD800;&nonesuch;", "&#0;&#xD800;&nonesuch;"), ("&", "&"),
    ("&amp;amp;", "&amp;"),
  ])
  func `character references are read once, and nothing else is one`(raw: String, plain: String) {
    #expect(PlainText.withoutReferences(raw) == plain)
  }
}
