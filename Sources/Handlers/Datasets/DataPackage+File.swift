internal import Glibc
public import LambdaRuntime

extension DataPackage {
  /// Reads the Data Package that the process is set up with.
  ///
  /// It stands in `SLUICE_DATAPACKAGE`, else in `datapackage.json` beside `bootstrap`.
  ///
  /// - Throws: ``DataPackageFault``, also when there is no such file.
  public init(variables: EnvironmentVariables) throws(DataPackageFault) {
    let path =
      variables["SLUICE_DATAPACKAGE"]
      ?? (variables["LAMBDA_TASK_ROOT"] ?? ".") + "/datapackage.json"
    try self.init(json: try Self.contents(of: path))
  }

  private static func contents(of path: String) throws(DataPackageFault) -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw DataPackageFault(
        "cannot be opened at \(path): \(unsafe String(cString: strerror(errno))); "
          + "set SLUICE_DATAPACKAGE to a datapackage.json")
    }
    defer { Glibc.close(descriptor) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe piece.withUnsafeMutableBytes { room in
        unsafe Glibc.read(descriptor, room.baseAddress, room.count)
      }
      guard count >= 0 else {
        throw DataPackageFault(
          "cannot be read at \(path): \(unsafe String(cString: strerror(errno)))")
      }
      if count == 0 { return bytes }
      bytes += piece.prefix(count)
    }
  }
}
