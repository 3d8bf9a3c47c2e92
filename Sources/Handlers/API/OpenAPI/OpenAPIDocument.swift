internal import Datasets
internal import JSON
internal import LambdaEvents

/// The OpenAPI 3.1 document of the API, made of the routes and the Data Package.
///
/// https://spec.openapis.org/oas/v3.1.0
struct OpenAPIDocument {
  let routes: [Route]
  let package: DataPackage
  let settings: APISettings
  let stagePrefix: String

  func json() -> [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.member("openapi", "3.1.0")
    json.key("info")
    json.beginObject()
    json.member("title", "Sluice")
    json.member("version", "1")
    json.member("summary", "Reads, writes and loads of the tables that the Data Package declares.")
    json.key("license")
    json.beginObject()
    json.member("name", "Apache License 2.0")
    json.member("identifier", "Apache-2.0")
    json.endObject()
    json.endObject()
    json.key("servers")
    json.beginArray()
    json.beginObject()
    json.member("url", stagePrefix.isEmpty ? "/" : stagePrefix)
    json.endObject()
    json.endArray()
    json.key("tags")
    json.beginArray()
    for group in Route.Group.allCases {
      json.beginObject()
      json.member("name", group.rawValue)
      json.endObject()
    }
    json.endArray()
    writePaths(to: &json)
    writeComponents(to: &json)
    json.endObject()
    return json.bytes
  }

  private func writePaths(to json: inout JSONWriter) {
    let operations = routes.flatMap { route in
      TableOperation.expanded(route, package)
    }
    var paths: [String] = []
    for operation in operations where !paths.contains(operation.path) {
      paths.append(operation.path)
    }
    json.key("paths")
    json.beginObject()
    for path in paths {
      json.key(path)
      json.beginObject()
      for operation in operations where operation.path == path {
        json.key(operation.route.method.lowercased())
        write(operation, to: &json)
      }
      json.endObject()
    }
    json.endObject()
  }

  private func write(_ operation: TableOperation, to json: inout JSONWriter) {
    let route = operation.route
    json.beginObject()
    json.member("operationId", operation.id)
    json.member("tags", [route.group.rawValue])
    json.member("summary", operation.summary)
    let aliases = route.aliases.map { "`\($0.path.text)`" }.joined(separator: ", ")
    let about = [route.about, aliases.isEmpty ? "" : "Also at \(aliases)."]
      .filter { !$0.isEmpty }.joined(separator: "\n\n")
    if !about.isEmpty { json.member("description", about) }
    json.key("security")
    json.beginArray()
    if let role = route.role, !(role == .reader && settings.readsAreOpen) {
      json.beginObject()
      json.member("token", [])
      json.endObject()
    }
    json.endArray()
    let parameters = operation.parameters
    if !parameters.isEmpty {
      json.key("parameters")
      json.beginArray()
      for parameter in parameters { parameter.write(to: &json) }
      json.endArray()
    }
    if let body = operation.body { Self.write(body, to: &json) }
    writeResponses(operation, to: &json)
    json.endObject()
  }

  private static func write(_ body: Route.RequestBody, to json: inout JSONWriter) {
    json.key("requestBody")
    json.beginObject()
    json.member("required", body.isRequired)
    write(content: body.content, to: &json)
    json.endObject()
  }

  /// Writes the media types of a body with their schemas.
  private static func write(
    content: [(type: String, schema: Schema)], to json: inout JSONWriter
  ) {
    json.key("content")
    json.beginObject()
    for (type, schema) in content {
      json.key(type)
      json.beginObject()
      json.key("schema")
      schema.write(to: &json)
      json.endObject()
    }
    json.endObject()
  }

  private func writeResponses(_ operation: TableOperation, to json: inout JSONWriter) {
    let success = operation.success
    json.key("responses")
    json.beginObject()
    Self.write(success, to: &json)
    if success.status == 200, operation.route.method == "GET" {
      json.key("304")
      json.beginObject()
      json.member("description", "The answer is still the one with the ETag that the caller has.")
      json.endObject()
    }
    for (status, codes) in problems(of: operation.route) {
      json.key("\(status)")
      Self.writeProblem(codes.map(\.title).joined(separator: "; or: "), to: &json)
    }
    json.key("default")
    Self.writeProblem("A problem, as every route may have.", to: &json)
    json.endObject()
  }

  private static func write(_ success: Route.Success, to json: inout JSONWriter) {
    json.key("\(success.status)")
    json.beginObject()
    json.member("description", success.about)
    if !success.headers.isEmpty {
      json.key("headers")
      json.beginObject()
      for (name, about) in success.headers {
        json.key(name)
        json.beginObject()
        json.member("description", about)
        json.key("schema")
        Schema.string().write(to: &json)
        json.endObject()
      }
      json.endObject()
    }
    if !success.content.isEmpty { write(content: success.content, to: &json) }
    json.endObject()
  }

  /// The problems that are worth naming, by their status.
  private func problems(of route: Route) -> [(status: Int, codes: [Problem.Code])] {
    var codes: [Problem.Code] = [.badRequest] + route.problems
    if route.role != nil { codes += [.unauthorized, .forbidden] }
    return Dictionary(grouping: codes, by: \.status).sorted { $0.key < $1.key }
      .map { (status: $0.key, codes: $0.value) }
  }

  private static func writeProblem(_ about: String, to json: inout JSONWriter) {
    json.beginObject()
    json.member("description", about)
    write(content: [("application/problem+json", .reference("Problem"))], to: &json)
    json.endObject()
  }

  private func writeComponents(to json: inout JSONWriter) {
    json.key("components")
    json.beginObject()
    json.key("securitySchemes")
    json.beginObject()
    json.key("token")
    json.beginObject()
    json.member("type", "http")
    json.member("scheme", "bearer")
    json.member(
      "description", "A token of POST /login, or of the authorizer in front of the API.")
    json.endObject()
    json.endObject()
    json.key("schemas")
    json.beginObject()
    json.key("Problem")
    Problem.schema.write(to: &json)
    for dataset in package.datasets {
      json.key(TableOperation.rowName(dataset))
      dataset.rowSchema.write(to: &json)
      json.key(TableOperation.inputName(dataset))
      dataset.inputSchema.write(to: &json)
    }
    json.endObject()
    json.endObject()
  }
}

/// `GET /openapi.json`: the document of all routes.
enum DocumentRoute {
  static let routes: [Route] = [
    Route(
      method: "GET", path: "/openapi.json", id: "openAPI", group: .service,
      summary: "This document", role: nil,
      success: .json(.object([], isOpen: true), "The OpenAPI 3.1 document of this API."),
      answer: answer)
  ]

  @Sendable private static func answer(
    _ call: APICall, _ services: inout APIServices
  ) throws -> APIAnswer {
    let document = OpenAPIDocument(
      routes: RouteTable.all.routes, package: services.package, settings: services.settings,
      stagePrefix: call.request.stagePrefix)
    return .json(document.json())
  }
}
