internal import Datasets
internal import JSON
internal import LambdaEvents

/// The OpenAPI 3.1 document of the API, built from the routes and the Data Package.
///
/// https://spec.openapis.org/oas/v3.1.0
struct OpenAPIDocument {
  let routes: [Route]
  let package: DataPackage
  let settings: APISettings
  let stagePrefix: String

  func json() -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.member("openapi", "3.1.0")
      json.object("info") { json in
        json.member("title", "Sluice")
        json.member("version", "1")
        json.member(
          "summary", "Reads, writes and loads of the tables that the Data Package declares.")
        json.key("license")
        json.object([("name", "Apache License 2.0"), ("identifier", "Apache-2.0")])
      }
      json.array("servers") { json in
        json.object([("url", stagePrefix.isEmpty ? "/" : stagePrefix)])
      }
      json.array("tags") { json in
        for group in Route.Group.allCases { json.object([("name", group.rawValue)]) }
      }
      writePaths(to: &json)
      writeComponents(to: &json)
    }
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
    json.object("paths") { json in
      for path in paths {
        json.object(path) { json in
          for operation in operations where operation.path == path {
            write(operation, to: &json)
          }
        }
      }
    }
  }

  private func write(_ operation: TableOperation, to json: inout JSONWriter) {
    let route = operation.route
    json.object(route.method.lowercased()) { json in
      json.member("operationId", operation.id)
      json.member("tags", [route.group.rawValue])
      json.member("summary", operation.summary)
      let aliases = route.aliases.map { "`\($0.path.text)`" }.joined(separator: ", ")
      let about = [route.about, aliases.isEmpty ? "" : "Also at \(aliases)."]
        .filter { !$0.isEmpty }.joined(separator: "\n\n")
      if !about.isEmpty { json.member("description", about) }
      json.array("security") { json in
        guard let role = route.role, !(role == .reader && settings.readsAreOpen) else { return }
        json.object { json in json.member("token", []) }
      }
      if !operation.parameters.isEmpty {
        json.array("parameters") { json in
          for parameter in operation.parameters { parameter.write(to: &json) }
        }
      }
      if let body = operation.body {
        json.object("requestBody") { json in
          json.member("required", body.isRequired)
          Self.write(content: body.content, to: &json)
        }
      }
      json.object("responses") { json in write(responses: operation, to: &json) }
    }
  }

  /// Writes the media types of a body with their schemas.
  private static func write(
    content: [(type: String, schema: Schema)], to json: inout JSONWriter
  ) {
    json.object("content") { json in
      for (type, schema) in content {
        json.object(type) { json in json.member("schema", schema) }
      }
    }
  }

  private func write(responses operation: TableOperation, to json: inout JSONWriter) {
    let success = operation.success
    json.object("\(success.status)") { json in
      json.member("description", success.about)
      if !success.headers.isEmpty {
        json.object("headers") { json in
          for (name, about) in success.headers {
            json.object(name) { json in
              json.member("description", about)
              json.member("schema", Schema.string())
            }
          }
        }
      }
      if !success.content.isEmpty { Self.write(content: success.content, to: &json) }
    }
    if success.status == 200, operation.route.method == "GET" {
      json.key("304")
      json.object([
        ("description", "The answer is still the one with the ETag that the caller has.")
      ])
    }
    for (status, codes) in problems(of: operation.route) {
      Self.write("\(status)", problem: codes.map(\.title).joined(separator: "; or: "), to: &json)
    }
    Self.write("default", problem: "A problem, as every route may have.", to: &json)
  }

  /// The problems that are worth naming, by their status.
  private func problems(of route: Route) -> [(status: Int, codes: [Problem.Code])] {
    var codes: [Problem.Code] = [.badRequest] + route.problems()
    if route.role != nil { codes += [.unauthorized, .forbidden] }
    return Dictionary(grouping: codes, by: \.status).sorted { $0.key < $1.key }
      .map { (status: $0.key, codes: $0.value) }
  }

  private static func write(_ status: String, problem about: String, to json: inout JSONWriter) {
    json.object(status) { json in
      json.member("description", about)
      write(content: [("application/problem+json", .reference("Problem"))], to: &json)
    }
  }

  private func writeComponents(to json: inout JSONWriter) {
    json.object("components") { json in
      json.object("securitySchemes") { json in
        json.key("token")
        json.object([
          ("type", "http"), ("scheme", "bearer"),
          ("description", "A token of POST /login, or of the authorizer in front of the API."),
        ])
      }
      json.object("schemas") { json in
        json.member("Problem", Problem.schema)
        for dataset in package.datasets {
          json.member(TableOperation.rowName(dataset), dataset.rowSchema)
          json.member(TableOperation.inputName(dataset), dataset.inputSchema)
        }
      }
    }
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

  private static func answer(_ call: APICall, _ services: inout APIServices) throws -> APIAnswer {
    let document = OpenAPIDocument(
      routes: RouteTable.all.routes, package: services.package, settings: services.settings,
      stagePrefix: call.request.stagePrefix)
    return .json(document.json())
  }
}
