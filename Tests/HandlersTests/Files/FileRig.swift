import CSVFiles
import CSVLoad
import Datasets
import LambdaRuntime
import TestSupport

/// Files of this machine on a real database, both of a test's own.
struct FileRig: ~Copyable {
  static var isAvailable: Bool { ScratchDatabase.isAvailable }
  static let reason = "set TEST_DATABASE_URL"

  let database: ScratchDatabase
  let folder: ScratchFolder
  let package: DataPackage
  var loader: FileLoader

  /// Makes a rig for a package of these resources.
  init(_ resources: String) throws {
    // All that can fail comes first: an initializer cannot undo half a value.
    let database = try ScratchDatabase()
    let folder = try ScratchFolder()
    let package = try DataPackage(json: Array("{\"resources\":[\(resources)]}".utf8))
    let loader = try FileLoader(
      package: package, variables: EnvironmentVariables(["DATABASE_URL": database.url]))
    self.init(
      database: database, folder: folder, package: package, loader: loader)
  }

  private init(
    database: ScratchDatabase, folder: ScratchFolder, package: DataPackage,
    loader: consuming FileLoader
  ) {
    self.database = database
    self.folder = folder
    self.package = package
    self.loader = loader
  }

  mutating func load(_ path: String) throws -> LoadReport {
    try loader.load(
      path,
      context: InvocationContext(requestID: "request-1", deadline: .after(.seconds(60))))
  }

  /// What a check of a file finds: the outcome, and each fault.
  func check(
    _ path: String, _ dataset: String
  ) throws -> (outcome: FileCheck.Outcome, faults: [LoadReport.Reject]) {
    let dataset = package.dataset(named: dataset) ?? package.datasets[0]
    var faults: [LoadReport.Reject] = []
    var file = try LocalFile(path)
    let outcome = try FileCheck(dataset) { faults.append($0) }.run(&file)
    return (outcome, faults)
  }
}
