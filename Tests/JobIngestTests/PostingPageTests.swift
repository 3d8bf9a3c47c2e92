import JSON
import TestSupport
import Testing

@testable import JobIngest

@Suite("Posting pages") struct PostingPageTests {
  private static let chicago = """
    {"LocationName": "Chicago, Illinois", "CountryCode": "United States",
     "CountrySubDivisionCode": "Illinois", "CityName": "Chicago, Illinois",
     "Longitude": -87.63241, "Latitude": 41.88415}
    """
  private static let lisbon = """
    {"LocationName": " Lisbon, Portugal", "CountryCode": "Portugal", "CityName": "Lisbon, Portugal",
     "CountrySubDivisionCode": "N/A", "Longitude": "-9.13", "Latitude": 38.7}
    """
  private static let anywhere = """
    {"LocationName": "Location Negotiable After Selection, United States", "Longitude": 0.0,
     "Latitude": 0}
    """

  private func item(
    _ id: String = #""1""#, places: [String] = [chicago], rank: String = "0",
    radial: String = "true", title: String = #""A""#
  ) -> String {
    """
    {"MatchedObjectId": \(id), "MatchedObjectDescriptor": {"PositionID": "P", "PositionTitle":
     \(title), "PositionURI": "u", "PositionLocation": [\(places.joined(separator: ", "))],
     "PositionFormattedDescription": [{"Content": "teaser for \(rank)"}],
     "UserArea": {"Details": {}, "IsRadialSearch": \(radial)}}, "RelevanceRank": \(rank)}
    """
  }

  private func answer(_ items: [String], total: String = "742") -> [UInt8] {
    Array(
      """
      {"LanguageCode": "EN", "SearchParameters": {}, "SearchResult": {"SearchResultCount": 9,
       "SearchResultCountAll": \(total), "SearchResultItems": [\(items.joined(separator: ",\n"))],
       "UserArea": {"NumberOfPages": "30"}}}
      """.utf8)
  }

  private func read(_ items: [String]) throws -> SearchPage {
    var reader = SearchPageReader()
    return try reader.read(answer(items).span)
  }

  @Test func `the document is the posting without places and what depends on the search`() throws {
    let page = try read([item()])
    #expect(page.total == 742)
    let document = page.documents[page.items[0].document]
    #expect(
      String(decoding: document, as: UTF8.self) == """
        {"MatchedObjectId":"1","MatchedObjectDescriptor":{"PositionID":"P","PositionTitle":"A",\
        "PositionURI":"u","UserArea":{"Details":{}}}}
        """)
  }

  @Test func `places are distinct, trimmed, and nowhere when still to be agreed on`() throws {
    var reader = SearchPageReader()
    let text = answer([item(places: [Self.chicago, Self.lisbon, Self.chicago, Self.anywhere])])
    let page = try reader.read(text.span)
    let places = page.places.map { reader.directory.known[Int($0)].place }
    #expect(
      places.map(\.name) == [
        "Chicago, Illinois", "Lisbon, Portugal",
        "Location Negotiable After Selection, United States",
      ])
    #expect(places[0].subdivision == "Illinois")
    #expect(places[0].latitude == 41.88415)
    #expect(places[1].subdivision == nil)
    #expect(places[1].longitude == -9.13)
    #expect(places[2].latitude == nil && places[2].longitude == nil)
  }

  @Test func `the hash is the content's: of no order of places, no rank, no search`() throws {
    let page = try read([
      item(places: [Self.chicago, Self.lisbon]),
      item(places: [Self.lisbon, Self.chicago, Self.lisbon], rank: "7.5", radial: "false"),
      item(places: [Self.lisbon]), item(title: #""B""#), item(places: []),
    ])
    let hashes = page.items.map(\.contentHash)
    #expect(hashes[0] == hashes[1])
    #expect(Set(hashes).count == 4)
  }

  @Test func `places are known again in any order and on any page`() throws {
    var random = SeededRandom(seed: 3)
    let all = (0..<300).map { number in
      #"{"LocationName": "Town \#(number)", "Longitude": \#(number % 90), "Latitude": 1.5}"#
    }
    var reader = SearchPageReader()
    for _ in 0..<40 {
      let lists = (0..<5).map { _ in
        let start = Int.random(in: 0..<250, using: &random)
        let run = Array(all[start..<(start + Int.random(in: 0...50, using: &random))])
        return Bool.random(using: &random) ? run : run.shuffled(using: &random)
      }
      let page = try reader.read(answer(lists.map { item(places: $0) }).span)
      for (list, item) in zip(lists, page.items) {
        let names = page.places[item.places].map { reader.directory.known[Int($0)].place.name }
        #expect(names == list.map { String($0.dropFirst(18).prefix { $0 != "\"" }) })
      }
    }
    #expect(reader.directory.known.count <= 300)
  }

  @Test(arguments: [
    ("5", "the JSON text should be an object"),
    (#"{"MatchedObjectDescriptor": {}}"#, "\"MatchedObjectId\" is missing"),
    (#"{"MatchedObjectId": true}"#, "\"MatchedObjectId\" is missing"),
    (#"{"MatchedObjectId": ""}"#, "\"MatchedObjectId\" is missing"),
    (
      #"{"MatchedObjectId": "1", "MatchedObjectDescriptor": {"PositionLocation": "x"}}"#,
      "\"MatchedObjectDescriptor.PositionLocation\" should be an array"
    ),
    (
      #"{"MatchedObjectId": "1", "MatchedObjectDescriptor": {"PositionLocation": [{}]}}"#,
      "\"MatchedObjectDescriptor.PositionLocation[].LocationName\" is missing"
    ),
    (
      #"{"MatchedObjectId": "1", "MatchedObjectDescriptor": {"PositionLocation": [7]}}"#,
      "\"MatchedObjectDescriptor.PositionLocation[]\" should be an object"
    ),
  ])
  func `a posting that cannot be read is a fault between its neighbours`(
    bad: String, reason: String
  ) throws {
    let page = try read([item(#""1""#), bad, item("2")])
    #expect(page.items.map { $0.fault == nil } == [true, false, true])
    #expect(page.items[2].id == "2")
    #expect("\(try #require(page.items[1].fault))".hasPrefix(reason), "\(page.items[1])")
  }

  @Test(arguments: [#""2""#, #""A""#, #""Chicago"#])
  func `bytes that are no UTF-8 cost one posting, not its page`(value: String) throws {
    let bad = item(#""2""#)
    var bytes = answer([item(#""1""#), bad, item(#""3""#)])
    let text = String(decoding: bytes, as: UTF8.self)
    let second = try #require(text.firstRange(of: bad))
    let place = try #require(text[second].firstRange(of: value))
    bytes[text.utf8.distance(from: text.startIndex, to: place.lowerBound) + 1] = 0xFF
    var reader = SearchPageReader()
    let page = try reader.read(bytes.span)
    #expect(page.items.map { $0.fault == nil } == [true, false, true])
    #expect(page.items[2].id == "3")
  }

  @Test(arguments: [
    "", "{}", "[]", #"{"title": "Unauthorized", "status": 401}"#, #"{"SearchResult": null}"#,
    #"{"SearchResult": {"SearchResultCountAll": 5}}"#,
    #"{"SearchResult": {"SearchResultItems": [], "SearchResultCountAll": "many"}}"#,
    #"{"SearchResult": {"SearchResultItems": [], "SearchResultCountAll": 9999999999}}"#,
    #"{"SearchResult": {"SearchResultItems": [], "SearchResultCountAll": 0}} <!-- -->"#,
  ])
  func `what is no answer of a search is refused`(text: String) {
    var reader = SearchPageReader()
    let bytes = Array(text.utf8)
    #expect(throws: JSONError.self) { try reader.read(bytes.span) }
  }

  @Test func `an answer cut anywhere is refused, and the reader stays usable`() throws {
    let whole = answer([item(), item("2")])
    var reader = SearchPageReader()
    for count in stride(from: 0, to: whole.count - 1, by: 7) {
      let part = Array(whole[..<count])
      #expect(throws: JSONError.self) { try reader.read(part.span) }
    }
    let page = try reader.read(whole.span)
    #expect(page.items.count == 2)
    var damaged = whole
    damaged[100] = 0xFF
    #expect(throws: JSONError.self) { try reader.read(damaged.span) }
  }

  @Test func `a count may be text`() throws {
    var reader = SearchPageReader()
    let bytes = answer([], total: #""10000""#)
    let page = try reader.read(bytes.span)
    #expect(page.total == 10_000)
  }
}
