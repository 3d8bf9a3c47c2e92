internal import Datasets
import System

/// The Data Package that a command works by.
enum PackageChoice {
  static let name = "datapackage.json"

  /// Reads the one that is named, else the one that stands here, else the one of the variables.
  static func read(
    given path: String?, _ variables: [String: String]
  ) throws(CommandError) -> DataPackage {
    var candidates = [
      variables["SLUICE_DATAPACKAGE"], RunningHandler.defaults["SLUICE_DATAPACKAGE"],
    ]
    .compactMap { $0 }.filter { !$0.isEmpty }
    candidates.insert(name, at: 0)
    guard let path = path ?? candidates.first(where: { Files.exists($0) }) else {
      throw CommandError(
        "there is no \(name) here",
        advice: "Make one with sluice infer FILE > \(name), or name one with --package.", status: 2)
    }
    let bytes = try orFail(status: 2) { try Files.read(path) }
    return try orFail(path) { try DataPackage(json: bytes) }
  }

  /// Finds the dataset that was named, if one was.
  static func dataset(
    named name: String?, in package: DataPackage
  ) throws(CommandError) -> Dataset? {
    guard let name else { return nil }
    if let dataset = package.dataset(named: name) { return dataset }
    throw CommandError(
      "the Data Package has no dataset \(name); it has \(package.names)",
      advice: Suggestion.nearest(to: name, among: package.datasets.map(\.name)).map {
        "Did you mean \($0)?"
      } ?? "", status: 2)
  }
}
