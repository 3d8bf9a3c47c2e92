internal import Postgres

/// `GET /postings/{id}`: one posting with all its places.
enum PostingDetail {
  static let routes = [
    Route(
      method: "GET", path: "/postings/{id}", id: "readPosting", group: .postings,
      summary: "One posting with all its places", role: .reader,
      parameters: [
        .path("id", .text(longest: 64), "The posting's id at USAJOBS (MatchedObjectId).")
      ],
      success: .json(.object([], isOpen: true), "The posting."), problems: [.notFound],
      answer: answer)
  ]

  @Sendable private static func answer(
    _ call: APICall, _ services: inout APIServices
  ) throws -> APIAnswer {
    let body = try services.read(
      call,
      PostgresStatement(
        """
        SELECT to_jsonb(p) - 'place_ids' - 'content_hash' - 'inserted_run' - 'updated_run'
            - 'closed_run' || jsonb_build_object('locations', coalesce((
              SELECT jsonb_agg(jsonb_build_object('name', l.name, 'city', l.city,
                'subdivision', l.subdivision, 'country', l.country, 'latitude', l.latitude,
                'longitude', l.longitude) ORDER BY l.name, l.id)
              FROM public.posting_places l WHERE l.id = ANY (p.place_ids)), '[]'))
        FROM public.postings p WHERE p.id = $1
        """, [.text(try call.arguments.required("id"))])
    ) { result in try result.firstRow { try $0.body() } }
    guard let body else { throw Problem(.notFound, "There is no posting of this id.") }
    return .json(body)
  }
}
