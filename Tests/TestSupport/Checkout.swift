public import LambdaRuntime

/// The files of this repository that tests read.
public enum Checkout {
  private static let root = #filePath.dropLast("Tests/TestSupport/Checkout.swift".utf8.count)

  /// The path of a file or folder of the repository.
  public static func path(_ name: String) -> String { root + name }

  /// The folder whose files lie beside `bootstrap` in the zip.
  public static let template = path("template")

  /// The path of the Data Package that is shipped.
  public static let dataPackage = path("template/datapackage.json")

  /// The variables that name the Data Package that is shipped.
  public static var packageVariables: EnvironmentVariables {
    EnvironmentVariables(["SLUICE_DATAPACKAGE": dataPackage])
  }
}
