import JSON
import JobIngest
import TestSupport
import Testing

@Suite struct `Job search` {
  private func search(_ json: String) throws(JSONError) -> JobSearch {
    try JobSearch(members: JSON.decode([String: JSONValue].self, from: Array(json.utf8)))
  }

  private func refusal(_ json: String) throws -> String {
    let error = try #require(throws: JSONError.self) { try search(json) }
    return "\(error)"
  }

  /// What a key and its value in our JSON are in the query.
  static let forms: [(key: String, value: String, query: String)] = [
    ("keyword", #""data engineering""#, "Keyword=data%20engineering"),
    ("keyword", #"" R&D + 100% #1 ""#, "Keyword=R%26D%20%2B%20100%25%20%231"),
    ("keyword", #""ingénieur""#, "Keyword=ing%C3%A9nieur"),
    ("positionTitle", #""Data Engineer""#, "PositionTitle=Data%20Engineer"),
    ("minimumPay", "90000", "RemunerationMinimumAmount=90000"),
    ("maximumPay", #""150000""#, "RemunerationMaximumAmount=150000"),
    ("payGradeLow", "7", "PayGradeLow=07"),
    ("payGradeLow", #""09""#, "PayGradeLow=09"),
    ("payGradeHigh", "15", "PayGradeHigh=15"),
    ("jobCategoryCodes", #"["2210", 1560, "801"]"#, "JobCategoryCode=0801%3B1560%3B2210"),
    ("locationName", #""Chicago, Illinois""#, "LocationName=Chicago%2C%20Illinois"),
    (
      "locationName", #"["Peoria, Illinois", "60601", "Washington DC, District of Columbia"]"#,
      "LocationName=60601%3BPeoria%2C%20Illinois%3BWashington%20DC%2C%20District%20of%20Columbia"
    ),
    ("radius", #"50, "locationName": "60601""#, "Radius=50"),
    ("radius", #"0, "keyword": "x""#, "Radius=0"),
    ("organizations", #"["tr", "HE39"]"#, "Organization=HE39%3BTR"),
    ("positionOfferingTypeCodes", "[15317, 15319]", "PositionOfferingTypeCode=15317%3B15319"),
    ("positionScheduleTypeCodes", "[1, 2]", "PositionScheduleTypeCode=1%3B2"),
    ("positionScheduleTypeCodes", "6", "PositionSchedule=6"),
    ("travelPercentage", "0", "TravelPercentage=0"),
    ("relocation", "true", "RelocationIndicator=True"),
    ("remote", "false", "RemoteIndicator=False"),
    ("remote", #""true""#, "RemoteIndicator=True"),
    ("securityClearances", "[0, 8]", "SecurityClearanceRequired=0%3B8"),
    ("supervisoryStatus", #""Y""#, "SupervisoryStatus=Y"),
    ("positionSensitivities", "[1, 7]", "PositionSensitivity=1%3B7"),
    ("missionCriticalTags", #""STEM""#, "MissionCriticalTags=STEM"),
    ("postedWithinDays", "60", "DatePosted=60"),
    ("jobGradeCodes", #"["gs", "GG"]"#, "JobGradeCode=GG%3BGS"),
    ("jobGradeCodes", #""GS""#, "JobGrade=GS"),
    ("whoMayApply", #""public""#, "WhoMayApply=Public"),
    ("hiringPaths", #"["public", "fed-competitive"]"#, "HiringPath=fed-competitive%3Bpublic"),
    ("salaryBuckets", "[25, 100]", "SalaryBucket=100%3B25"),
    ("gradeBuckets", #""12""#, "GradeBucket=12"),
    ("sortField", #""ClosingDate", "keyword": "x""#, "SortField=closingdate"),
    ("sortDirection", #""desc", "keyword": "x""#, "SortDirection=Desc"),
  ]

  @Test(arguments: forms)
  func `a parameter is sent under its documented name`(
    key: String, value: String, query: String
  ) throws {
    let items = try search(#"{"\#(key)": \#(value)}"#).query.split(separator: "&")
    #expect(items.contains(Substring(query)), "\(items)")
  }

  @Test func `every parameter is tried, and told of in the documentation`() throws {
    #expect(Set(Self.forms.map(\.key)) == Set(SearchParameter.all.map(\.key)))
    let sent = Set(Self.forms.map { String($0.query.prefix { $0 != "=" }) })
    #expect(sent == Set(SearchParameter.all.flatMap(\.names)))
    let page = try #require(FileText.read(Checkout.path("docs/usajobs.md")))
    for parameter in SearchParameter.all {
      let line = page.split(separator: "\n").first { $0.hasPrefix("| `\(parameter.key)` |") }
      for name in parameter.names {
        #expect(line?.contains("`\(name)`") == true, "\(parameter.key) as \(name)")
      }
    }
  }

  @Test func `the standard search is sent in a stable order`() throws {
    let query =
      "Keyword=data%20engineering&LocationName=Chicago%2C%20Illinois"
      + "&SortField=opendate&SortDirection=Asc&Fields=Full"
    #expect(JobSearch.standard.query == query)
    #expect(
      try search(#"{"locationName":"Chicago, Illinois","keyword":"data engineering"}"#).query
        == query)
  }

  @Test func `searches for the same have the same key`() throws {
    let first = try search(
      #"{"keyword":"x","organizations":["AF","TR"],"payGradeLow":9,"remote":null}"#)
    let second = try search(
      #"{"payGradeLow":"09","organizations":["tr","AF","TR"],"keyword":" x "}"#)
    #expect(first == second && first.key == second.key)
    #expect(try search(#"{"keyword":"x"}"#).key != first.key)
  }

  @Test func `a name is the key, and pay that we judge is part of it`() throws {
    #expect(try search(#"{"keyword":"x","name":"IT jobs_2.0-b"}"#).key == "IT jobs_2.0-b")
    let plain = try search(#"{"keyword":"x"}"#)
    let paid = try search(#"{"keyword":"x","minimumAnnualPay":120000}"#)
    #expect(plain.minimumAnnualPay == nil && paid.minimumAnnualPay == 120_000)
    #expect(plain.query == paid.query)
    #expect(plain.key != paid.key)
  }

  @Test(arguments: [
    ("keywrod", "keyword"), ("Keyword", "keyword"), ("jobCategoryCode", "jobCategoryCodes"),
    ("location", "locationName"), ("locationname", "locationName"),
    ("RemunerationMinimumAmount", "minimumPay"), ("DatePosted", "postedWithinDays"),
    ("PositionSchedule", "positionScheduleTypeCodes"), ("hiringPath", "hiringPaths"),
    ("minAnnualPay", "minimumAnnualPay"), ("RemoteIndicator", "remote"),
  ])
  func `an unknown parameter is refused with the nearest one`(
    wrong: String, right: String
  ) throws {
    let message = try refusal(#"{"keyword":"x","\#(wrong)":1}"#)
    #expect(message == #""\#(wrong)" should be "\#(right)"; no parameter has this name"#)
  }

  @Test func `a parameter like no other is refused with the list`() throws {
    let message = try refusal(#"{"keyword":"x","KeywordFilter":"All","zzzzzzzzz":1}"#)
    #expect(message.contains("KeywordFilter"))
    #expect(
      try refusal(#"{"keyword":"x","zzzzzzzzz":1}"#).contains("keyword, positionTitle, minimumPay"))
  }

  @Test(arguments: ["page", "Page", "resultsPerPage", "ResultsPerPage", "fields", "Fields"])
  func `paging is not for a search to say`(key: String) throws {
    let message = try refusal(#"{"keyword":"x","\#(key)":1}"#)
    #expect(message == #""\#(key)" should be left out: the ingestion sets it itself"#)
  }

  @Test(
    arguments: [
      ("keyword", #""""#, "1 to 200 bytes"), ("keyword", #""  ""#, "1 to 200 bytes"),
      ("keyword", #""a\nb""#, "1 to 200 bytes"), ("keyword", #"["a","b"]"#, "1 to 200 bytes"),
      ("keyword", "true", "1 to 200 bytes"), ("keyword", #"{"a":1}"#, "1 to 200 bytes"),
      ("keyword", #""\#(String(repeating: "x", count: 201))""#, "1 to 200 bytes"),
      ("minimumPay", "-1", "from 0"), ("minimumPay", "1.5", "a whole number"),
      ("minimumPay", #""90,000""#, "a whole number"), ("maximumPay", "10000000", "to 9999999"),
      ("payGradeLow", "0", "from 1 to 15"), ("payGradeHigh", "16", "from 1 to 15"),
      ("payGradeHigh", #""+9""#, "from 1 to 15"), ("payGradeHigh", #""GS-9""#, "from 1 to 15"),
      ("jobCategoryCodes", "[22100]", "from 1 to 9999"), ("jobCategoryCodes", "[]", "a list"),
      ("jobCategoryCodes", #""2210;1560""#, "a list of such"),
      ("locationName", #""Chicago, IL""#, "the full name of its state"),
      ("locationName", #""Washington, D.C.""#, "the full name of its state"),
      ("locationName", #""Chicago,""#, "the full name of its state"),
      ("locationName", #""Chicago, Illinois;Peoria, Illinois""#, "the place of semicolons"),
      ("radius", "-5", "from 0"), ("radius", "5001", "to 5000"),
      ("organizations", #""Air Force""#, "a code"), ("organizations", #"["ÄÖ"]"#, "a code"),
      ("positionOfferingTypeCodes", "1", "from 10000"),
      ("positionScheduleTypeCodes", "[1,7]", "from 1 to 6"),
      ("travelPercentage", "9", "from 0 to 8"), ("travelPercentage", "[1,2]", "from 0 to 8"),
      ("relocation", "1", "true or false"), ("remote", #""yes""#, "true or false"),
      ("securityClearances", "9", "from 0 to 8"), ("positionSensitivities", "0", "from 1 to 7"),
      ("missionCriticalTags", #""STEM;IT""#, "without a semicolon"),
      ("postedWithinDays", "61", "from 0 to 60"), ("postedWithinDays", "-1", "from 0 to 60"),
      ("jobGradeCodes", #""GS-9""#, "2 letters"), ("whoMayApply", #""Everyone""#, "All, Public"),
      ("hiringPaths", #"["public","veterans"]"#, "mspouse"), ("salaryBuckets", "26", "25, 50"),
      ("gradeBuckets", #""""#, "a code"), ("sortField", #""pay""#, "salarymin"),
      ("sortDirection", #""up""#, "Asc, Desc"), ("name", #""a=b""#, "letters, digits"),
      ("name", #""""#, "letters, digits"), ("name", "7", "letters, digits"),
      ("name", #""x ""#, "letters, digits"), ("minimumAnnualPay", "0", "dollars a year"),
      ("minimumAnnualPay", #""90k""#, "dollars a year"),
    ])
  func `a value outside what is documented is refused`(
    key: String, value: String, expected: String
  ) throws {
    let other = key == "keyword" ? "remote" : "keyword"
    let more = other == "remote" ? "true" : #""x""#
    let message = try refusal(#"{"\#(other)":\#(more),"\#(key)":\#(value)}"#)
    #expect(message.hasPrefix("\"\(key)"))
    #expect(message.contains(expected), "\(message)")
  }

  @Test func `the element at fault is named, its value is not`() throws {
    let message = try refusal(#"{"hiringPaths":["public","c4n4ry"]}"#)
    #expect(message.hasPrefix(#""hiringPaths[1]" should be one of public, vet"#))
    #expect(!message.contains("c4n4ry"))
  }

  @Test(arguments: [
    (#"{"radius":10,"keyword":"x"}"#, #""locationName" should be given with a radius"#),
    (#"{"payGradeLow":11,"payGradeHigh":"9"}"#, #""payGradeLow" should be at most payGradeHigh"#),
    (#"{"minimumPay":2,"maximumPay":1}"#, #""minimumPay" should be at most maximumPay"#),
    (#"{"radius":0}"#, "at least one of its parameters"),
    (#"{"sortField":"salary"}"#, "at least one of its parameters"),
    (#"{"name":"all","minimumAnnualPay":1}"#, "at least one of its parameters"),
    ("{}", "at least one of its parameters"), ("[]", "should be an object"),
    ("null", "it should be an object"), (#""keyword""#, "should be an object"),
  ])
  func `parameters have to go together`(json: String, expected: String) throws {
    let message = try refusal(json)
    #expect(message.contains(expected), "\(message)")
  }

  @Test func `any text comes back out of the query`() throws {
    var random = SeededRandom(seed: 25)
    for _ in 0..<500 {
      let scalars = (0..<Int.random(in: 1...40, using: &random)).map { _ in
        Unicode.Scalar(UInt32.random(in: 0x21...0x2FF, using: &random)) ?? "x"
      }.filter { $0.value != 0x7F && !$0.properties.isWhitespace }
      let text = String(String.UnicodeScalarView(scalars))
      guard (1...200).contains(text.utf8.count) else { continue }
      let search = try JobSearch(members: ["keyword": .string(text)])
      let value = search.query.dropFirst("Keyword=".utf8.count).prefix { $0 != "&" }
      #expect(value.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"+;,#&=".utf8.contains($0) })
      var bytes: [UInt8] = []
      var rest = value.utf8[...]
      while let byte = rest.popFirst() {
        guard byte == UInt8(ascii: "%") else {
          bytes.append(byte)
          continue
        }
        let digits = String(decoding: rest.prefix(2), as: UTF8.self)
        bytes.append(try #require(UInt8(digits, radix: 16)))
        rest = rest.dropFirst(2)
      }
      #expect(String(decoding: bytes, as: UTF8.self) == text)
    }
  }
}
