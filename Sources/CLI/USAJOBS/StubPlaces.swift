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
