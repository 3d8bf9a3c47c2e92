internal import AWS
internal import LambdaEvents
internal import LambdaRuntime

/// The dashboard, the documentation's page, and the files that they load.
///
/// They are files of the folder `www` beside `bootstrap`; anyone may read them, because they hold
/// nothing but programs.
enum Pages {
  static let routes = [
    Route(
      method: "GET", path: "/", id: "dashboard", group: .service, summary: "The dashboard",
      role: nil, success: page, problems: [.notFound], answer: dashboard),
    Route(
      method: "GET", path: "/docs", aliases: ["/swagger-ui"], id: "docs", group: .service,
      summary: "These routes, to read and to try", role: nil, success: page,
      problems: [.notFound], answer: docs),
    Route(
      method: "GET", path: "/assets/{asset}", aliases: ["/docs/{asset}"], id: "asset",
      group: .service, summary: "A file that the pages load", role: nil,
      parameters: [
        .path("asset", .text(longest: 100), "The file's name.")
      ],
      success: Route.Success(
        about: "The file.", content: PageFile.Kind.allCases.map { ($0.mediaType, .string()) }),
      problems: [.notFound], answer: asset),
  ]

  private static let page = Route.Success(
    about: "The page.", content: [(PageFile.Kind.html.mediaType, .string())])

  @Sendable private static func dashboard(
    _ call: APICall, _ services: inout APIServices
  ) throws -> APIAnswer {
    let variables = services.variables
    // Where the variables do not say where S3 is, there are no uploads to send.
    let uploads = services.settings.bucket.flatMap { bucket in
      try? S3Origin(bucket: bucket) { variables[$0] }.text
    }
    return try answer(
      PageFile("index.html", services.variables), .dashboard(uploads: uploads), call)
  }

  @Sendable private static func docs(
    _ call: APICall, _ services: inout APIServices
  ) throws -> APIAnswer {
    try answer(PageFile("docs.html", services.variables), .docs, call)
  }

  private static func answer(
    _ file: PageFile, _ policy: ContentPolicy, _ call: APICall
  ) -> APIAnswer {
    .whole(
      APIResponse(
        status: 200,
        headers: [
          ("content-type", file.kind.contentType),
          ("content-security-policy", policy.header),
          ("referrer-policy", "no-referrer"),
        ], body: file.based(at: call.request.stagePrefix)))
  }

  @Sendable private static func asset(
    _ call: APICall, _ services: inout APIServices
  ) throws -> APIAnswer {
    let file = try PageFile(asset: call.arguments.required("asset"), services.variables)
    return .whole(
      APIResponse(
        status: 200,
        headers: [
          ("content-type", file.kind.contentType), ("cache-control", file.cacheControl),
        ], body: file.bytes))
  }
}
