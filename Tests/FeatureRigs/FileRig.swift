package import CSVLoad
package import Datasets
import LambdaRuntime
package import TestSupport

/// Files of this machine on a real database, both of a test's own.
package struct FileRig: ~Copyable {
  /// Whether there is a server.
  package static var isAvailable: Bool { ScratchDatabase.isAvailable }
  /// What to do when there is none.
  package static let reason = "set TEST_DATABASE_URL"

  /// The database that files are loaded into.
  package let database: ScratchDatabase
  /// The folder of the files.
  package let folder: ScratchFolder
  /// The package of the datasets.
  package let package: DataPackage
  /// What loads.
  package var loader: FileLoader

  /// Makes a rig for a package of these resources.
  package init(_ resources: String) throws {
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

  /// Loads a file.
  package mutating func load(_ path: String) throws -> LoadReport {
    try loader.load(
      path,
      context: InvocationContext(requestID: "request-1", deadline: .after(.seconds(60))))
  }
}
