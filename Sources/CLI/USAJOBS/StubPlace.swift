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
    json.pair("LocationName", hasLeadingSpace ? " " + name : name)
    json.pair("CountryCode", country)
    if let state = state ?? (era == .year2016 ? "N/A" : nil) {
      json.pair("CountrySubDivisionCode", state)
    }
    json.pair("CityName", name)
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
