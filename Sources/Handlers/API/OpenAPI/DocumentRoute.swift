internal import LambdaEvents

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
