import JSON

/// A Data Package as text: what somebody wrote into it stays as it is.
package enum PackageText {
  private static let width = 100

  /// A package of one resource.
  package static func package(of resource: [UInt8]) -> [UInt8] {
    let resource = JSONText.laidOut(resource, width: width, indentation: 4)
    return Array("{\n  \"resources\": [\n    \(resource)\n  ]\n}\n".utf8)
  }

  /// A package's text with a resource put behind the others, or in the place of one of the same name.
  package static func adding(
    _ resource: [UInt8], named name: String, to text: [UInt8], of path: String, replaces: Bool
  ) throws(CommandError) -> [UInt8] {
    guard let package = try? JSON.decode(JSONValue.self, from: text),
      case .array(let resources) = package["resources"],
      let places = JSONText.elements(of: "resources", in: text),
      places.elements.count == resources.count
    else {
      throw CommandError("\(path) is no Data Package; expected an object with resources")
    }
    let resource = Array(JSONText.laidOut(resource, width: width, indentation: 4).utf8)
    if let index = resources.firstIndex(where: { $0["name"]?.string == name }) {
      guard replaces else {
        throw CommandError(
          "\(path) has a dataset \(name) already",
          advice: "Replace it with --force, or choose another --name.")
      }
      let place = places.elements[index]
      return Array(text[..<place.lowerBound]) + resource + Array(text[place.upperBound...])
    }
    guard let last = places.elements.last else {
      return Array(text[..<places.start]) + Array("\n    ".utf8) + resource
        + Array("\n  ".utf8) + Array(text[places.start...])
    }
    return Array(text[..<last.upperBound]) + Array(",\n    ".utf8) + resource
      + Array(text[last.upperBound...])
  }
}
