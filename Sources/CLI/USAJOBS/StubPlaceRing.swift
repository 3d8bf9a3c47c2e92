import JSON

/// Towns as JSON, written once and joined end to start, so that a posting's list of places is one
/// stretch of it: the longest part of every answer costs no memory of its own and no work to send.
struct StubPlaceRing: Sendable {
  /// The places in order; some come twice, also near each other.
  private let places: [StubPlace]
  /// The text of the ring twice over, each place after a comma.
  private let text: FixedBytes
  /// Where each place begins in the text, and where the last one ends.
  private let starts: [Int]

  private static let modern = StubPlaceRing(era: .year2025)
  private static let old = StubPlaceRing(era: .year2016)

  /// How many places there are before they repeat, in any era.
  static var size: Int { modern.places.count }

  static func of(_ era: StubEra) -> StubPlaceRing { era == .year2016 ? old : modern }

  private init(era: StubEra) {
    var places: [StubPlace] = []
    for (index, town) in StubPlaces.towns.enumerated() {
      places.append(town)
      if index % 40 == 39 { places.append(places[places.count - 8]) }
      if index % 12 == 5 { places.append(StubPlaces.abroad[index / 12 % StubPlaces.abroad.count]) }
    }
    var text: [UInt8] = []
    var starts = [0]
    for (index, place) in (places + places).enumerated() {
      var json = JSONWriter()
      place.write(to: &json, in: era, hasLeadingSpace: era == .year2016 && index % 3 != 0)
      text.append(UInt8(ascii: ","))
      text += json.bytes
      starts.append(text.count)
    }
    self.places = places
    self.text = FixedBytes(text)
    self.starts = starts
  }

  /// So many places from a position on, as JSON with a comma before each.
  func stretch(_ window: StubWindow) -> LentBytes {
    text[starts[window.start]..<starts[window.start + window.count]]
  }

  /// Finds out for any stretch at once whether it holds a place that fits.
  func marks(_ fits: (StubPlace) -> Bool) -> StubMarks {
    let hits = places.map(fits)
    var sums = [0]
    for hit in hits + hits { sums.append((sums.last ?? 0) + (hit ? 1 : 0)) }
    return StubMarks(sums: sums)
  }
}

/// A stretch of the ring.
struct StubWindow: Sendable {
  var start: Int
  var count: Int
}

/// How many places fit before each position of a ring.
struct StubMarks {
  fileprivate let sums: [Int]

  func areIn(_ window: StubWindow) -> Bool {
    sums[window.start + window.count] > sums[window.start]
  }
}
