internal import Postgres

/// `GET /health`: whether the handler runs and its database responds.
enum Health {
  static let routes = [
    Route(
      method: "GET", path: "/health", id: "health", group: .service,
      summary: "Whether the API and its database answer", role: nil,
      success: .json(
        .object([.required("status", .string()), .required("database", .string())]),
        "Both answer."),
      answer: answer)
  ]

  private static func answer(_ call: APICall, _ services: inout APIServices) throws -> APIAnswer {
    let body = try services.row(call, "SELECT json_build_object('status', 'ok', 'database', 'ok')")
    {
      try $0.body()
    }
    return .json(body ?? [])
  }
}
