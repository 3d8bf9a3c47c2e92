import Glibc
import JSON
import TestSupport

/// Holds what the surroundings offer to these tests.
enum TestEnvironment {
  /// A Python that has botocore and moto.
  static let python = variable("TEST_PYTHON")
  /// A server that speaks S3 and SQS.
  static let endpoint = variable("TEST_AWS_ENDPOINT_URL")

  static func variable(_ name: String) -> String? {
    unsafe getenv(name).flatMap { unsafe String(validatingCString: $0) }
  }

  /// Runs a script of the folder `Oracle` on some input.
  static func oracle<Output: Decodable>(
    _ script: String, _ input: some Encodable, as _: Output.Type
  ) throws -> Output {
    let text = String(decoding: try JSON.encode(input), as: UTF8.self)
    let command = [python ?? "python3", script.path]
    return try JSON.decode(
      Output.self, from: Array(try ChildProcess.run(command, input: text).utf8))
  }
}

extension String {
  /// The path of a script of the folder `Oracle`.
  var path: String {
    let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
    return "/\(folder)/Oracle/\(self)"
  }
}
