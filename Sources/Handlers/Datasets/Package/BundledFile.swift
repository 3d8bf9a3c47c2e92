package import LambdaRuntime
internal import System

/// A file shipped with `bootstrap`.
package struct BundledFile {
  let path: String

  /// The Data Package itself: `SLUICE_DATAPACKAGE`, otherwise `datapackage.json` next to
  /// `bootstrap`.
  package static func descriptor(_ variables: EnvironmentVariables) -> BundledFile {
    BundledFile(
      path: variables["SLUICE_DATAPACKAGE"]
        ?? (variables["LAMBDA_TASK_ROOT"] ?? ".") + "/datapackage.json")
  }

  /// A file of the API's pages, in the folder `www` next to `bootstrap`.
  package static func page(_ name: String, _ variables: EnvironmentVariables) -> BundledFile {
    BundledFile(path: (variables["LAMBDA_TASK_ROOT"] ?? ".") + "/www/" + name)
  }

  /// Another file in the same folder.
  package func sibling(_ name: String) -> BundledFile {
    guard let slash = path.lastIndex(of: "/") else { return BundledFile(path: name) }
    return BundledFile(path: String(path[...slash]) + name)
  }

  /// The bytes of the file; nil if it does not exist.
  package func contents() throws(BundledFileFault) -> [UInt8]? {
    do throws(SystemError) {
      return try OpenFile(path, for: .reading).contents()
    } catch {
      if error.isNoSuchFile { return nil }
      throw BundledFileFault(description: "cannot be read at \(path): \(error)")
    }
  }
}

/// A file that exists but cannot be read.
package struct BundledFileFault: Error, CustomStringConvertible {
  package let description: String
}
