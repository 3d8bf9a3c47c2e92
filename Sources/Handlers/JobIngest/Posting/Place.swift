internal import AWS
internal import JSON

/// A place of work, as a posting names it.
struct Place: Decodable, Sendable, Equatable {
  let name: String
  let city: String?
  let subdivision: String?
  let country: String?
  let latitude: Double?
  let longitude: Double?

  private enum CodingKeys: String, CodingKey {
    case name = "LocationName"
    case city = "CityName"
    case subdivision = "CountrySubDivisionCode"
    case country = "CountryCode"
    case latitude = "Latitude"
    case longitude = "Longitude"
  }

  init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    city = try keys.plainText(.city)
    guard let name = try keys.plainText(.name) ?? city else {
      throw JSONError(
        code: .missing, path: keys.codingPath + [CodingKeys.name], expected: "the name of a place")
    }
    self.name = name
    // A place without a subdivision either has N/A or lacks the member.
    subdivision = try keys.plainText(.subdivision).flatMap { $0 == "N/A" ? nil : $0 }
    country = try keys.plainText(.country)
    let (latitude, longitude) = (try keys.coordinate(.latitude), try keys.coordinate(.longitude))
    // A place that is still to be negotiated has the coordinates 0, 0.
    let isNowhere = latitude == 0 && longitude == 0
    self.latitude = isNowhere ? nil : latitude
    self.longitude = isNowhere ? nil : longitude
  }
}

extension KeyedDecodingContainer {
  /// Decodes degrees, written as a number or as text.
  fileprivate func coordinate(_ key: Key) throws -> Double? {
    guard let text = try textOrNumber(key) else { return nil }
    guard let degrees = Double(text), degrees.isFinite, abs(degrees) <= 180 else {
      throw JSONError(code: .rejected, path: codingPath + [key], expected: "degrees")
    }
    return degrees
  }
}

/// 128 bits that identify a place or a set of places.
///
/// The fingerprint of a set is the sum of its members' fingerprints, so order does not matter.
struct PlaceFingerprint: Hashable, Sendable {
  private var value: UInt128 = 0

  /// Makes the fingerprint of the set without places.
  init() {}

  /// Takes the first half of the SHA-256 of the place's fields.
  init(of place: Place) {
    let fields = [
      place.name, place.city ?? "", place.subdivision ?? "", place.country ?? "",
      place.latitude.map { "\($0)" } ?? "", place.longitude.map { "\($0)" } ?? "",
    ]
    let digest = Digest.sha256(Array(fields.joined(separator: "\u{1F}").utf8))
    value = digest.prefix(16).reduce(0) { $0 << 8 | UInt128($1) }
  }

  /// The 16 bytes, most significant first.
  var bytes: [UInt8] { (0..<16).map { UInt8(truncatingIfNeeded: value >> (120 - $0 * 8)) } }

  static func += (sum: inout PlaceFingerprint, other: PlaceFingerprint) {
    sum.value &+= other.value
  }
}
