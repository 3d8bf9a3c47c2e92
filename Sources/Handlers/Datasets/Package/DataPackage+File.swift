public import LambdaRuntime

extension DataPackage {
  /// Reads the Data Package that the process is set up with.
  ///
  /// It stands in `SLUICE_DATAPACKAGE`, else in `datapackage.json` beside `bootstrap`.
  ///
  /// - Throws: ``DataPackageFault``, also when there is no such file.
  public init(variables: EnvironmentVariables) throws(DataPackageFault) {
    let file = BundledFile.descriptor(variables)
    let contents: [UInt8]?
    do throws(BundledFileFault) {
      contents = try file.contents()
    } catch {
      throw DataPackageFault(error.description)
    }
    guard let contents else {
      throw DataPackageFault(
        "there is none at \(file.path); set SLUICE_DATAPACKAGE to a datapackage.json")
    }
    try self.init(json: contents)
  }
}
