import JSON

/// A posting as an item of an answer: text of its own, around stretches that many items share.
struct StubItem: Sendable {
  /// With a comma before it.
  let full: [LentBytes]
  /// What `Fields=Min` leaves of it: the places stay, most details go.
  let minimal: [LentBytes]

  init(_ posting: StubPosting, broken: StubBreakage? = nil) {
    var text = ItemText(posting: posting, broken: broken)
    text.write()
    let own = FixedBytes([UInt8(ascii: ",")] + text.json.bytes)
    // The comma came first.
    let cuts = ([-1] + text.cuts + [own.count - 1]).map { $0 + 1 }
    let beginning = own[cuts[0]..<cuts[1]]
    let places = StubPlaceRing.of(posting.era).stretch(posting.window)
    let middle = own[cuts[1]..<cuts[2]]
    let details = own[cuts[2]..<cuts[3]]
    let end = own[cuts[3]..<cuts[4]]
    minimal = [beginning, places, middle, end]
    let prose = Self.prose[Int(posting.seed % UInt64(Self.prose.count))].whole
    full =
      posting.era == .year2016 ? minimal : [beginning, places, middle, details, prose, end]
  }

  /// Long texts that postings share, each as members of `Details` with a comma before the first.
  private static let prose: [FixedBytes] = {
    (0 as UInt64..<8).map { variant in
      var random = SampleRandom(seed: 0x70726f7365 + variant)
      var json = JSONWriter()
      // The first member is cut off again: it makes the writer set the comma.
      json.beginObject()
      json.pair("", "")
      let start = json.bytes.count
      for (name, length) in proseLengths {
        json.pair(name, length == 0 ? "" : StubWords.prose(length, &random))
      }
      return FixedBytes(Array(json.bytes[start...]))
    }
  }()

  private static let proseLengths = [
    ("AgencyMarketingStatement", 450), ("Education", 2400), ("Requirements", 300),
    ("Evaluations", 1500), ("HowToApply", 2200), ("WhatToExpectNext", 1000),
    ("RequiredDocuments", 3400), ("Benefits", 0), ("OtherInformation", 1800),
  ]
}

/// How a posting is made unreadable.
package enum StubBreakage: String, Sendable, Decodable, CaseIterable {
  /// The title is a number.
  case title
  /// There is no id.
  case id
  /// The descriptor is text instead of an object.
  case descriptor
}
