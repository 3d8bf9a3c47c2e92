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
    // What has no subdivision says so in one of two ways.
    subdivision = try keys.plainText(.subdivision).flatMap { $0 == "N/A" ? nil : $0 }
    country = try keys.plainText(.country)
    let (latitude, longitude) = (try keys.coordinate(.latitude), try keys.coordinate(.longitude))
    // A place still to be agreed on lies at 0, 0, where nobody works.
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
