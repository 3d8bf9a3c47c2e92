internal import Glibc
package import LambdaRuntime

/// A file that `bootstrap` comes with.
package struct BundledFile {
  let path: String

  /// The Data Package itself: `SLUICE_DATAPACKAGE`, else `datapackage.json` beside `bootstrap`.
  package static func descriptor(_ variables: EnvironmentVariables) -> BundledFile {
    BundledFile(
      path: variables["SLUICE_DATAPACKAGE"]
        ?? (variables["LAMBDA_TASK_ROOT"] ?? ".") + "/datapackage.json")
  }

  /// A file of the API's pages, in the folder `www` beside `bootstrap`.
  package static func page(_ name: String, _ variables: EnvironmentVariables) -> BundledFile {
    BundledFile(path: (variables["LAMBDA_TASK_ROOT"] ?? ".") + "/www/" + name)
  }

  /// Another file in the same folder.
  package func sibling(_ name: String) -> BundledFile {
    guard let slash = path.lastIndex(of: "/") else { return BundledFile(path: name) }
    return BundledFile(path: String(path[...slash]) + name)
  }

  /// The bytes of the file; nil when there is no such file.
  package func contents() throws(BundledFileFault) -> [UInt8]? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw BundledFileFault("cannot be opened at \(path)", errno)
    }
    defer { Glibc.close(descriptor) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 14)
    while true {
      let count = unsafe piece.withUnsafeMutableBytes { room in
        unsafe Glibc.read(descriptor, room.baseAddress, room.count)
      }
      guard count >= 0 else { throw BundledFileFault("cannot be read at \(path)", errno) }
      if count == 0 { return bytes }
      bytes += piece.prefix(count)
    }
  }
}

/// A file that is there but cannot be read.
package struct BundledFileFault: Error, CustomStringConvertible {
  package let description: String

  fileprivate init(_ what: String, _ number: CInt) {
    description = "\(what): \(unsafe String(cString: strerror(number)))"
  }
}
