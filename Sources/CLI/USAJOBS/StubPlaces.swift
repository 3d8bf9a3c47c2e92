import Glibc
import JSON

/// A place as the service writes it.
struct StubPlace: Sendable, Equatable {
  /// With the state or country: `Chicago, Illinois`.
  var name: String
  /// Nil abroad.
  var state: String?
  var country = "United States"
  var latitude: Double
  var longitude: Double

  /// The place's JSON; the service changed how it writes names and missing states.
  func write(to json: inout JSONWriter, in era: StubEra, hasLeadingSpace: Bool = false) {
    json.beginObject()
    json.member("LocationName", hasLeadingSpace ? " " + name : name)
    json.member("CountryCode", country)
    if let state = state ?? (era == .year2016 ? "N/A" : nil) {
      json.member("CountrySubDivisionCode", state)
    }
    json.member("CityName", name)
    json.key("Longitude")
    json.number(longitude)
    json.key("Latitude")
    json.number(latitude)
    json.endObject()
  }

  /// Miles along a great circle.
  func distance(to other: StubPlace) -> Double {
    let radians = Double.pi / 180
    let (first, second) = (latitude * radians, other.latitude * radians)
    let half = sin((second - first) / 2)
    let side = sin((other.longitude - longitude) * radians / 2)
    let chord = half * half + cos(first) * cos(second) * side * side
    return 2 * 3958.8 * asin(min(1, chord.squareRoot()))
  }

  var isSomewhere: Bool { latitude != 0 || longitude != 0 }
}

/// Where the stub's postings are: a few real cities for searches to find, and invented towns, as
/// many as the service's longest lists need.
enum StubPlaces {
  static let chicago = StubPlace(
    name: "Chicago, Illinois", state: "Illinois", latitude: 41.88, longitude: -87.63)
  /// Less than fifty miles from Chicago.
  static let aroundChicago = [
    StubPlace(name: "Great Lakes, Illinois", state: "Illinois", latitude: 42.31, longitude: -87.83),
    StubPlace(name: "Des Plaines, Illinois", state: "Illinois", latitude: 42.03, longitude: -87.88),
    StubPlace(
      name: "Chicago Ridge, Illinois", state: "Illinois", latitude: 41.7, longitude: -87.78),
  ]
  static let seattle = StubPlace(
    name: "Seattle, Washington", state: "Washington", latitude: 47.61, longitude: -122.33)
  static let negotiable = StubPlace(
    name: "Location Negotiable After Selection, United States", state: nil, latitude: 0,
    longitude: 0)
  static let anywhere = StubPlace(
    name: "Anywhere in the U.S. (remote job)", state: nil, latitude: 0, longitude: 0)
  static let abroad = [
    StubPlace(
      name: "Reykjavík, Iceland", country: "Iceland", latitude: 64.15, longitude: -21.94),
    StubPlace(
      name: "Singapore, Singapore", country: "Singapore", latitude: 1.32, longitude: 103.82),
    StubPlace(name: "Lisbon, Portugal", country: "Portugal", latitude: 38.72, longitude: -9.14),
  ]

  /// Every town once, in an order that does not follow the states.
  static let towns: [StubPlace] = {
    let names = prefixes.flatMap { prefix in suffixes.map { prefix + $0 } }
    var random = SampleRandom(seed: 0x746f776e)
    var towns: [StubPlace] = []
    for (index, name) in names.enumerated() {
      for step in states.indices {
        let state = states[(index + step) % states.count]
        towns.append(
          StubPlace(
            name: "\(name), \(state.name)", state: state.name,
            latitude: rounded(state.latitude + Double(random.below(2000) - 1000) / 1000),
            longitude: rounded(state.longitude + Double(random.below(2000) - 1000) / 1000)))
      }
    }
    return towns
  }()

  private static func rounded(_ degrees: Double) -> Double {
    (degrees * 10_000).rounded() / 10_000
  }

  private static let prefixes = [
    "Ash", "Barley", "Copper", "Dun", "Elk", "Fair", "Glen", "Hollow", "Juniper", "Kettle",
    "Linden", "Marsh", "North", "Otter", "Pine", "Quarry", "River", "Stone", "Thorn", "Willow",
  ]
  private static let suffixes = ["bend", "bridge", "dale", "field", "ford", "mere"]
  /// States and about their middle; none whose towns could be mistaken for Chicago's suburbs.
  private static let states: [(name: String, latitude: Double, longitude: Double)] = [
    ("Alabama", 32.8, -86.8), ("Alaska", 64.1, -152), ("Arizona", 34.2, -111.6),
    ("California", 37.2, -119.4), ("Colorado", 39, -105.5), ("Florida", 28.6, -82.4),
    ("Georgia", 32.6, -83.4), ("Hawaii", 20.3, -156.4), ("Kansas", 38.5, -98.4),
    ("Maine", 45.4, -69.2), ("Maryland", 39, -76.8), ("Montana", 47, -109.6),
    ("Nevada", 39.3, -116.6), ("New Mexico", 34.4, -106.1), ("New York", 42.9, -75.6),
    ("North Carolina", 35.6, -79.4), ("Ohio", 40.3, -82.8), ("Oregon", 43.9, -120.6),
    ("Texas", 31.5, -99.3), ("Utah", 39.3, -111.7), ("Virginia", 37.5, -78.8),
    ("Wyoming", 43, -107.6),
  ]
}

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
