internal import Glibc
internal import JSON
internal import TestSupport

/// The programs the suite runs; they are built beside it.
enum Program {
  /// Our runtime with handlers made for the suite.
  static let conformance = ProgramFile.path("ConformanceBootstrap")
  /// What is deployed: the package's `bootstrap` where `TEST_BOOTSTRAP` names it, else this build's.
  static let bootstrap =
    unsafe getenv("TEST_BOOTSTRAP").map { unsafe String(cString: $0) }
    ?? ProgramFile.path("bootstrap")

  /// The Data Package that is deployed with it.
  static let dataPackage =
    String(EventFile.directory.dropLast("events".count))
    + "template/datapackage.json"

  /// The database server of the tests.
  static var databaseURL: String {
    unsafe getenv("TEST_DATABASE_URL").map { unsafe String(cString: $0) } ?? ""
  }

  /// A call of `GET /health`.
  static func healthEvent() throws -> String {
    let event = try JSON.decode(JSONValue.self, from: EventFile.bytes("api.http-v2"))
    guard case .object(var request) = event,
      case .object(var context) = request["requestContext"],
      case .object(var http) = context["http"]
    else { throw UnexpectedAnswer(description: "api.http-v2.json has another shape") }
    http["path"] = .string("/health")
    context["http"] = .object(http)
    context["stage"] = .string("$default")
    request["requestContext"] = .object(context)
    request["rawPath"] = .string("/health")
    request["rawQueryString"] = .string("")
    return String(decoding: try JSON.encode(JSONValue.object(request)), as: UTF8.self)
  }

  /// Why a test that needs the emulator is left out.
  static let needsRIE = "set TEST_RIE to the path of the Lambda Runtime Interface Emulator"
}

/// The body of an error, as the service's contract has it.
struct ErrorBody: Decodable {
  let errorMessage: String
  let errorType: String
  let stackTrace: [String]

  /// Reads a body; anything that is not such an object is an error.
  init(_ bytes: [UInt8]) throws {
    self = try JSON.decode(ErrorBody.self, from: bytes)
  }
}

/// What the handler `commands` tells about its context.
struct ContextReply: Decodable {
  let requestID: String
  let traceID: String?
  let traceVariable: String?
  let functionARN: String?
  let clientContext: String?
  let cognitoIdentity: String?
  let tenantID: String?
  let remainingSeconds: Int

  init(_ answer: HTTPAnswer) throws {
    do {
      self = try JSON.decode(ContextReply.self, from: answer.body)
    } catch {
      throw UnexpectedAnswer(description: "\(error) in status \(answer.status): \(answer.text)")
    }
  }
}

/// An answer that is not what was asked for.
struct UnexpectedAnswer: Error, CustomStringConvertible {
  let description: String
}

/// The text of the error the handlers throw to break JSON made by hand.
let unpleasantMessage = "line 1\nline \"2\"\r\n\t\u{0}\u{1B}\u{7F} \\ é \u{2028} 🛶 </end>"
