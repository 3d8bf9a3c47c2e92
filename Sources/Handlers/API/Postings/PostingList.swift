internal import Postgres

/// `GET /postings`: the postings that searches at USAJOBS found, with filters, newest first.
enum PostingList {
  static let routes = [
    Route(
      method: "GET", path: "/postings", aliases: ["/jobs"], id: "listPostings", group: .postings,
      summary: "The postings that searches found, newest first", role: .reader,
      parameters: [
        .query(
          "text", .text(longest: 400),
          "Words that all stand in the title, the organization, the department or the summary."),
        .query(
          "location", .text(longest: 400),
          "Part of the name of a place, as Chicago; remote postings name places too."),
        .query(
          "radius", .integer(1...5000),
          "With location: how many miles around the places of that name the posting's may be."),
        .query("minimum_pay", .integer(0...9_999_999), "The least pay of a year, in dollars."),
        .query("grade", .integer(1...30), "A grade that the posting's range holds."),
        .query("remote", .choice(["true", "false"]), "Whether the work is remote."),
        .query(
          "open", .choice(["true", "false", "any"]), default: "true",
          "Whether the posting still takes applications."),
        .query(
          "posted_since", .day, "The first day of publication."),
        .query("limit", .integer(1...1000), default: "50", "How many postings at most."), .cursor,
        .query(
          "count", .choice(["none", "estimated", "exact"]), default: "none",
          "Whether X-Total-Count says how many there are in all."),
      ],
      success: Route.Success(
        about: "A page of postings.", content: RowsPage.forms, headers: RowsPage.headers),
      problems: [.badCursor, .notAcceptable], answer: answer)
  ]

  private static let columns = [
    "id", "title", "organization", "department", "pay_plan", "low_grade", "high_grade",
    "minimum_pay", "maximum_pay", "pay_interval", "minimum_annual_pay", "maximum_annual_pay",
    "remote", "telework", "location_display", "published_on", "closes_on", "closed_at", "uri",
  ]

  @Sendable private static func answer(
    _ call: APICall, _ services: inout APIServices
  ) throws -> APIAnswer {
    let tables = try services.tables(call)
    guard let table = tables.first(where: { $0.name == "postings" }) else {
      throw Problem(.unknownTable, "There is no table of postings.")
    }
    let query = try RowsQuery(
      call, table, columns: columns, .all(try conditions(call.arguments)),
      order: "published_on.desc.nullslast,id.desc")
    return try PageAnswer.answer(query, call, &services)
  }

  private static func conditions(_ arguments: Arguments) throws -> [Condition] {
    var conditions: [Condition] = []
    let words = (arguments["text"] ?? "").split(separator: " ").map { String($0) }
    if !words.isEmpty {
      conditions.append(
        .expression(
          """
          (SELECT bool_and(strpos(lower(
              concat_ws(' ', t.title, t.organization, t.department, t.summary)), lower(w)) > 0)
            FROM unnest(?::text[]) w)
          """, [.textArray(words)]))
    }
    if let pay = arguments.integer("minimum_pay") {
      conditions.append(.expression("t.minimum_annual_pay >= ?::numeric", [.integer(pay)]))
    }
    if let grade = arguments.integer("grade") {
      // Grades are text: pay plans have letters for grades too.
      conditions.append(
        .expression(
          """
          CASE WHEN t.low_grade ~ '^\\d{1,4}$' AND t.high_grade ~ '^\\d{1,4}$'
          THEN ?::integer BETWEEN t.low_grade::integer AND t.high_grade::integer ELSE false END
          """, [.integer(grade)]))
    }
    if let remote = arguments["remote"] {
      conditions.append(.expression("t.remote = ?::boolean", [.text(remote)]))
    }
    if let open = arguments["open"], open != "any" {
      let isOpen = """
        (t.closed_at IS NULL
          AND coalesce(t.closes_on >= (now() AT TIME ZONE 'UTC')::date, true))
        """
      conditions.append(.expression(open == "true" ? isOpen : "NOT \(isOpen)", []))
    }
    if let since = arguments["posted_since"] {
      conditions.append(.expression("t.published_on >= ?::date", [.text(since)]))
    }
    if let place = place(arguments) { conditions.append(place) }
    return conditions
  }

  /// The condition on places; the ids are found first, so that the index of postings by place helps.
  private static func place(_ arguments: Arguments) -> Condition? {
    guard let location = arguments["location"], !location.isEmpty else { return nil }
    let isNamed = "strpos(lower(p.name), lower(?::text)) > 0"
    guard let radius = arguments.integer("radius") else {
      return .expression(
        "t.place_ids && ARRAY(SELECT p.id FROM public.posting_places p WHERE \(isNamed))",
        [.text(location)])
    }
    // Great-circle distances by the haversine formula, in miles.
    return .expression(
      """
      t.place_ids && ARRAY(
        SELECT q.id FROM public.posting_places q
        WHERE EXISTS (
          SELECT FROM public.posting_places p
          WHERE \(isNamed) AND 7918 * asin(sqrt(least(1,
            sin(radians(q.latitude - p.latitude) / 2) ^ 2 + cos(radians(p.latitude))
              * cos(radians(q.latitude)) * sin(radians(q.longitude - p.longitude) / 2) ^ 2)))
            <= ?::integer))
      """, [.text(location), .integer(radius)])
  }
}

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
