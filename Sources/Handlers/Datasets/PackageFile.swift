internal import Glibc
internal import LambdaRuntime

/// A file that `bootstrap` comes with.
struct PackageFile {
  let path: String

  /// The Data Package itself: `SLUICE_DATAPACKAGE`, else `datapackage.json` beside `bootstrap`.
  static func descriptor(_ variables: EnvironmentVariables) -> PackageFile {
    PackageFile(
      path: variables["SLUICE_DATAPACKAGE"]
        ?? (variables["LAMBDA_TASK_ROOT"] ?? ".") + "/datapackage.json")
  }

  /// A file of the API's pages, in the folder `www` beside `bootstrap`.
  static func page(_ name: String, _ variables: EnvironmentVariables) -> PackageFile {
    PackageFile(path: (variables["LAMBDA_TASK_ROOT"] ?? ".") + "/www/" + name)
  }

  /// Another file in the same folder.
  func sibling(_ name: String) -> PackageFile {
    guard let slash = path.lastIndex(of: "/") else { return PackageFile(path: name) }
    return PackageFile(path: String(path[...slash]) + name)
  }

  /// The bytes of the file; nil when there is no such file.
  func contents() throws(PackageFileFault) -> [UInt8]? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw PackageFileFault("cannot be opened at \(path)", errno)
    }
    defer { Glibc.close(descriptor) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 14)
    while true {
      let count = unsafe piece.withUnsafeMutableBytes { room in
        unsafe Glibc.read(descriptor, room.baseAddress, room.count)
      }
      guard count >= 0 else { throw PackageFileFault("cannot be read at \(path)", errno) }
      if count == 0 { return bytes }
      bytes += piece.prefix(count)
    }
  }
}

/// A file that is there but cannot be read.
struct PackageFileFault: Error, CustomStringConvertible {
  let description: String

  fileprivate init(_ what: String, _ number: CInt) {
    description = "\(what): \(unsafe String(cString: strerror(number)))"
  }
}
