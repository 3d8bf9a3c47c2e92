import JobIngest
import TestSupport
import Testing

struct `Report rendering` {
  static func posting(
    _ title: String, organization: String? = nil, pay: String? = nil, place: String? = nil,
    uri: String? = nil
  ) -> ReportedPosting {
    ReportedPosting(
      title: title, organization: organization, pay: pay, grades: nil, place: place, uri: uri,
      closingDate: nil)
  }

  static func report(
    searches: [String] = ["data-engineering"], new: IngestReport.List = .init()
  ) -> IngestReport {
    var report = IngestReport(runs: [7], searches: searches)
    report.inserted = new.total
    report.newPostings = new
    return report
  }

  /// A report with something of everything.
  static var sample: IngestReport {
    let engineer = ReportedPosting(
      title: "Data Engineer", organization: "Federal Aviation Administration",
      pay: "$99,325 – $153,354 per year", grades: "GS-12/13", place: "Chicago, Illinois",
      uri: "https://www.usajobs.gov:443/job/840001", closingDate: "2026-08-14")
    let clerk = ReportedPosting(
      title: "Clerk", organization: nil, pay: nil, grades: nil, place: nil, uri: nil,
      closingDate: nil)
    var report = IngestReport(
      runs: [42, 43],
      searches: [
        "data-engineering",
        "Keyword=clerk%20%26%20typist&LocationName=Chicago%2C%20Illinois&SortField=opendate"
          + "&SortDirection=Asc&Fields=Full",
      ])
    (report.inserted, report.updated, report.closed) = (1, 52, 1)
    (report.unchanged, report.rejected) = (30, 2)
    (report.isComplete, report.isTruncated) = (false, true)
    report.newPostings = .init([engineer])
    report.changedPostings = .init([clerk], total: 52)
    report.closedPostings = .init([clerk])
    return report
  }

  @Test func `the text says what changed`() {
    #expect(
      Self.sample.subject == "USAJOBS: 1 new, 52 changed, 1 closed "
        + "(data-engineering; Keyword clerk & typist, LocationName Chicago, Illinois)")
    #expect(
      Self.sample.text == """
        1 new, 52 changed, 1 closed

        Searches: data-engineering; Keyword clerk & typist, LocationName Chicago,
        Illinois.
        30 unchanged.
        2 could not be read; the reasons are in sluice.ingest_rejects.
        A search has more postings than USAJOBS gives out (10,000), so some are
        missing: narrow it down.
        Not every posting was seen; there may be more.

        New (1)
        =======

        Data Engineer
          Federal Aviation Administration
          $99,325 – $153,354 per year, GS-12/13
          Chicago, Illinois; closing date 2026-08-14
          https://www.usajobs.gov/job/840001

        Changed (52)
        ============

        Clerk

        and 51 more

        Closed (1)
        ==========

        Clerk

        --\u{20}
        Sluice, run 42, 43

        """)
  }

  @Test func `the HTML says the same`() {
    let html = Self.sample.html
    // What is left without the tags is the text without its rules and indents.
    let words = Self.words(html.replacing(#/<head>(?s).*</head>|<[^>]*>/#, with: " "))
    let expected = Self.words(
      Self.sample.text.replacing(#/=+\n|-- \n/#, with: "").replacing(
        "https://www.usajobs.gov/job/840001", with: ""
      ).replacing("&", with: "&amp;"))
    #expect(words == expected)
    #expect(html.contains("href=\"https://www.usajobs.gov/job/840001\""))
    #expect(html.split(separator: "href=").count == 2)
    for word in ["src=", "<img", "<script", "<style", "<link", "url(", "@import"] {
      #expect(!html.contains(word))
    }
  }

  private static func words(_ text: String) -> [Substring] {
    text.split { $0.isWhitespace }
  }

  @Test func `foreign text stays text`() {
    let hostile = #"<script>alert("1")</script> & 'x' &amp; 😀 München"#
    let html = Self.report(
      searches: [hostile],
      new: .init([Self.posting(hostile, organization: hostile, pay: hostile, place: hostile)])
    ).html
    let escaped =
      "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39; &amp;amp; 😀 München"
    // The subject and the note about searches, then the posting's four lines.
    #expect(Self.words(html).joined(separator: " ").split(separator: escaped).count == 7)
    #expect(!html.contains("<script"))
    #expect(Self.report(new: .init([Self.posting(hostile)])).text.contains(hostile))
  }

  @Test func `no text changes the shape of the report`() {
    var random = SeededRandom(seed: 20_260_801)
    let pieces = [
      "<", ">", "\"", "'", "&", "&#", ";", "<!--", "-->", "</div>", "<a href=", "\n", "\r\n", "\t",
      "\0", "\u{7F}", "\u{202E}", "\u{2066}", "\u{2028}", "😀", "é", "title", " ", "]]>",
      "javascript:",
    ]
    func noise() -> String {
      (0..<Int.random(in: 1...12, using: &random)).map { _ in
        pieces.randomElement(using: &random) ?? ""
      }.joined() + "x"
    }
    func tags(_ html: String) -> [Substring] { html.matches(of: #/<[^>]*>/#).map(\.output) }
    func lists(_ text: String) -> IngestReport.List {
      .init([Self.posting(text, organization: text, pay: text, place: text)])
    }
    let shape = tags(Self.report(searches: ["x"], new: lists("x")).html)
    for _ in 0..<300 {
      let text = noise()
      let report = Self.report(searches: [text], new: lists(text))
      #expect(tags(report.html) == shape, "\(text.debugDescription)")
      let plain = Self.report(searches: [text], new: lists("x")).text
      #expect(plain.split(separator: "\n").count == 11, "\(text.debugDescription)")
      for rendered in [report.html, report.text, report.subject] {
        #expect(
          rendered.unicodeScalars.allSatisfy {
            $0 == "\n"
              || $0.properties.generalCategory != .control
                && !(0x202A...0x202E).contains($0.value) && !(0x2066...0x2069).contains($0.value)
          }, "\(text.debugDescription)")
      }
      #expect(!report.subject.contains("\n"))
    }
  }

  @Test func `lines are short enough for mail, whatever the texts`() {
    let long = String(repeating: "Interdisziplinärer \"Ingenieur\" ", count: 40)
    let report = Self.report(
      searches: Array(repeating: long, count: 9),
      new: .init([
        Self.posting(
          long, organization: long, pay: long, place: long,
          uri: "https://www.usajobs.gov/job/" + String(repeating: "9", count: 400)),
        Self.posting(String(repeating: "\"", count: 4000)),
      ]))
    for line in report.text.split(separator: "\n") where !line.hasPrefix("  https://") {
      #expect(line.count <= 78 || !line.contains(" "), "\(line)")
    }
    for line in report.html.split(separator: "\n") { #expect(line.utf8.count <= 998) }
    #expect(report.text.contains("…"))
    #expect(report.subject.count < 300)
    #expect(report.subject.hasSuffix("… and 7 more)"))
  }

  @Test func `a report without lists is still one`() {
    var report = IngestReport(runs: [1], searches: [])
    report.closed = 2
    #expect(report.subject == "USAJOBS: 2 closed")
    #expect(report.text == "2 closed\n\n0 unchanged.\n\n-- \nSluice, run 1\n")
    #expect(report.html.hasSuffix("</html>\n"))
  }

  @Test(arguments: [
    ("https://www.usajobs.gov:443/job/1", "https://www.usajobs.gov/job/1"),
    ("https://www.usajobs.gov/job/1", "https://www.usajobs.gov/job/1"),
    ("HTTPS://www.usajobs.gov:443", "https://www.usajobs.gov"),
    ("http://www.usajobs.gov:80/GetJob?a=b#c", "http://www.usajobs.gov/GetJob?a=b#c"),
    (" http://x.gov:443/a:443/", "http://x.gov:443/a:443/"),
    ("javascript:alert(1)", nil), ("data:text/html,x", nil), ("//x.gov/", nil), ("", nil),
    ("https://", nil), ("https:///job", nil), ("https://a@x.gov/", nil),
    ("https://x.gov/a b", nil), ("https://x.gov/\"onclick=", nil), ("https://x.gov/é", nil),
    ("https://x.gov/\n", nil),
  ])
  func `links are of the web or there are none`(uri: String, link: String?) {
    #expect(Self.posting("t", uri: uri).link == link)
  }
}
