import Compression
import FeatureRigs
import JSON
import TestSupport
import Testing

@Suite(.enabled(if: LoaderRig.isAvailable, Comment(rawValue: LoaderRig.reason)))
struct `Rows of a table` {
  @Test func `pages in any order hold every row once, as ORDER BY has them`() throws {
    let rig = try RowsRig()
    var random = SeededRandom(seed: 5)
    let columns = ["id", "name", "score", "born", "at", "ok", "tag"]
    for round in 0..<25 {
      var terms: [(api: String, sql: String)] = []
      for column in columns.shuffled(using: &random).prefix(Int.random(in: 0...3, using: &random)) {
        let descends = Bool.random(using: &random)
        let first: Bool? = [nil, true, false].randomElement(using: &random) ?? nil
        terms.append(
          (
            column + (descends ? ".desc" : "")
              + (first.map { $0 ? ".nullsfirst" : ".nullslast" } ?? ""),
            "\(column)\(descends ? " DESC" : "")"
              + (first.map { $0 ? " NULLS FIRST" : " NULLS LAST" } ?? "")
          ))
      }
      let last = terms.last?.sql.contains("DESC") == true ? "id DESC" : "id"
      let order = terms.isEmpty ? "" : "&order=" + terms.map(\.api).joined(separator: ",")
      let limit = [7, 100, 199, 200, 201][round % 5]
      let expected = try rig.ids(
        sql: "SELECT id FROM things ORDER BY "
          + (terms.map(\.sql) + [last]).joined(separator: ", "))
      #expect(try rig.ids("limit=\(limit)\(order)") == expected, "\(order)")
    }
  }

  @Test(arguments: [
    ("id=eq.7", "id = 7"), ("id=not.eq.7&id=lt.10", "id <> 7 AND id < 10"),
    ("id=in.(3,1,2)", "id IN (1,2,3)"), ("name=is.null", "name IS NULL"),
    ("name=not.is.null&score=gte.5.5", "name IS NOT NULL AND score >= 5.5"),
    ("name=like.*b*", "name LIKE '%b%'"), ("name=ilike.B*", "name ILIKE 'b%'"),
    ("name=like.50%25", "name = '50%'"), ("name=like.C_*", "name LIKE 'C\\_%'"),
    ("name=eq.a,%22b%22", "name = 'a,\"b\"'"),
    ("name=in.(Ann,%22a,\\%22b\\%22%22)", "name IN ('Ann', 'a,\"b\"')"),
    ("name=eq.Zo%C3%AB", "name = 'Zoë'"), ("ok=is.true", "ok"), ("ok=eq.false", "NOT ok"),
    ("born=gt.2020-01-05", "born > '2020-01-05'"),
    ("at=lte.2021-06-01T05:00:00Z", "at <= '2021-06-01T05:00:00Z'"),
    ("at=lt.2021-06-01T05:00:00%2B02:00", "at < '2021-06-01T03:00:00Z'"),
    ("or=(id.lt.5,id.gt.195)", "id < 5 OR id > 195"),
    ("or=(id.eq.1,and(score.gt.5,ok.is.true))&order=id", "id = 1 OR (score > 5 AND ok)"),
    ("and=(id.gt.10,or(name.eq.bob,name.is.null))", "id > 10 AND (name = 'bob' OR name IS NULL)"),
    ("or=(name.in.(Ann,bob),order.eq.3)&limit=9", "name IN ('Ann','bob') OR \"order\" = 3"),
    ("id=eq.1&id=eq.2", "false"),
    // A mark that combines with the dot, the comma or the percent sign hides none of them.
    ("name=eq.%CC%81", "name = U&'\\0301'"), ("or=(name.eq.Ann,name.eq.%CC%81)", "name = 'Ann'"),
    ("name=like.50%25%CC%81", "false"),
  ])
  func `filters select what their SQL does`(_ query: String, _ condition: String) throws {
    let rig = try RowsRig()
    let order = query.contains("order=") ? "" : "&order=id"
    let expected = try rig.ids(sql: "SELECT id FROM things WHERE \(condition) ORDER BY id")
    #expect(try rig.ids(query + order) == expected)
  }

  @Test(arguments: [
    "nmae=eq.x", "id=7", "id=eq.x", "id=eq.99999999999999999999", "id=eq.", "id=between.1",
    "name=is.empty", "ok=eq.yes", "born=eq.2020-02-30", "born=eq.yesterday", "at=eq.now",
    "more=eq.{}", "id=in.1,2", "id=in.(1", "id=in.()", "or=id.eq.1", "or=(id.eq.1", "or=()",
    "or=(id)", "or=(nix.eq.1)", "or=(or(id.eq.1))", "or=(and(or(id.eq.1)))", "or=(id.eq.1))",
    "select=", "select=id,id", "select=nix", "order=nix", "order=more", "order=id.up",
    "order=id.desc.nullsfirst.x", "order=", "limit=0", "limit=1001", "limit=x", "count=some",
    "cursor=x", "name=eq.%00", "name=eq.%ff", "limit=5&limit=6", "tag=eq.x",
  ])
  func `a query that is not understood is a 400`(_ query: String) throws {
    let rig = try RowsRig(rows: 3)
    let answer = try rig.get(query)
    #expect(answer.status == 400, "\(answer.body)")
    #expect(answer.headers["content-type"]?.string == "application/problem+json")
  }

  @Test func `pages go on behind values that no address has room for`() throws {
    let rig = try RowsRig(rows: 12)
    // Random, so that no compression makes them short.
    try rig.rig.database.execute(
      """
      UPDATE things SET name = (SELECT string_agg(md5((n / 3 * 1000 + i)::text), '')
        FROM generate_series(1, 300) i) FROM generate_series(1, 12) n WHERE id = n AND n > 2
      """)
    let expected = try rig.ids(sql: "SELECT id FROM things ORDER BY name DESC, score, id")
    let query = "order=name.desc,score&limit=1&select=id"
    #expect(try rig.ids(query) == expected)
    let page = try rig.get("order=name.desc.nullslast&limit=1&select=id")
    let next = try #require(RowsRig.next(page.headers))
    #expect(next.utf8.count < 400, "\(next)")
    #expect(try rig.get(next).status == 200)
    #expect(try rig.get(next.replacing("nullslast", with: "nullsfirst")).status == 400)
    // What the cursor stands for is another row's place now.
    let id = try #require(
      try JSON.decode(JSONValue.self, from: Array(page.body.utf8))[0]?["id"]?.int)
    try rig.rig.database.execute("UPDATE things SET name = 'short' WHERE id = \(id)")
    let moved = try rig.get(next)
    #expect(moved.status == 400 && moved.body.contains("bad-cursor"), "\(moved.body)")
    #expect(moved.body.contains("changed or deleted"))
  }

  @Test func `a key that no address has room for is told`() throws {
    let package = try PackageFile(
      """
      {"name":"p","resources":[{"name":"words","schema":{"fields":[
        {"name":"word","type":"string","constraints":{"required":true}}],"primaryKey":"word"}}]}
      """)
    let rig = try LoaderRig(["API_ACCESS": "open-reads", "SLUICE_DATAPACKAGE": package.path])
    let all = try APIRig.call("/tables/words/rows", variables: rig.variables)
    #expect(all.status == 200, "\(all.body)")
    try rig.database.execute(
      "INSERT INTO words SELECT repeat(n::text, 9000) FROM generate_series(1, 3) n")
    let page = try APIRig.call("/tables/words/rows", query: "limit=1", variables: rig.variables)
    #expect(page.status == 413 && page.body.contains("export"), "\(page.body)")
    #expect(try APIRig.call("/tables/words/rows", variables: rig.variables).status == 200)
  }

  @Test func `fault 48: a cursor counts for the query that made it and no other`() throws {
    let rig = try RowsRig()
    let first = try rig.get("limit=5&order=name&id=gt.3")
    let next = try #require(RowsRig.next(first.headers))
    #expect(try rig.get(next).status == 200)
    #expect(try rig.get(next.replacing("limit=5", with: "limit=9")).status == 200)
    for other in [
      next.replacing("id=gt.3", with: "id=gt.2"), next.replacing("order=name", with: "order=score"),
      next + "&select=id", next.replacing("order=name&", with: ""),
    ] {
      let answer = try rig.get(other)
      #expect(answer.status == 400 && answer.body.contains("bad-cursor"), "\(other)")
    }
    let parts = next.split(separator: "cursor=")
    let cursor = Array(String(parts[1]).utf8)
    var random = SeededRandom(seed: 48)
    for _ in 0..<200 {
      var bytes = cursor
      switch Int.random(in: 0..<3, using: &random) {
      case 0:
        bytes[Int.random(in: bytes.indices, using: &random)] ^=
          1 << UInt8.random(in: 0..<7, using: &random)
      case 1: bytes.removeSubrange(Int.random(in: bytes.indices, using: &random)...)
      default: bytes.insert(UInt8(ascii: "A"), at: Int.random(in: bytes.indices, using: &random))
      }
      // The last letter's spare bits mean nothing, so another letter may be the same cursor.
      guard bytes != cursor, bytes.dropLast() != cursor.dropLast() else { continue }
      let text = String(decoding: bytes, as: UTF8.self).filter {
        $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-"
      }
      guard Array(text.utf8) != cursor else { continue }
      #expect(try rig.get("\(parts[0])cursor=\(text)").status == 400)
    }
    // Another database has another secret.
    let stranger = try RowsRig()
    #expect(try stranger.get(next).status == 400)
  }

  @Test func `the forms are those that Accept names`() throws {
    let rig = try RowsRig(rows: 7)
    let query = "select=id,name,score,at&order=id&limit=3&name=not.is.null"
    let json = try rig.get(query)
    #expect(json.headers["content-type"]?.string == "application/json")
    let lines = try rig.get(query, accept: "application/x-ndjson")
    #expect(lines.headers["content-type"]?.string == "application/x-ndjson")
    #expect(
      "[" + lines.body.split(separator: "\n").joined(separator: ",\n") + "]" == json.body)
    let csv = try rig.get(query, accept: "text/html;q=0.1,text/csv;q=0.9")
    #expect(csv.headers["content-type"]?.string == "text/csv; charset=utf-8")
    let records = csv.body.split(separator: "\r\n")
    #expect(records.count == 4 && records[0] == "id,name,score,at")
    #expect(records[1].hasPrefix("1,bob,") && records[1].hasSuffix("T01:00:00+00:00"))
    #expect(RowsRig.next(csv.headers) != nil)
    #expect(try rig.get(query, accept: "image/png").status == 406)
    #expect(
      try rig.get(query, accept: "application/json;q=0, text/csv").headers["content-type"]?.string
        == "text/csv; charset=utf-8")
  }

  @Test func `fault 32: formulas in a CSV are disarmed unless they are to be kept`() throws {
    let rig = try RowsRig(rows: 20)
    let query = "select=name&name=eq.%3D1%2B1&limit=1"
    #expect(try rig.get(query, accept: "text/csv").body == "name\r\n'=1+1\r\n")
    #expect(try rig.get(query + "&formulas=keep", accept: "text/csv").body == "name\r\n=1+1\r\n")
    #expect(try rig.get(query).body == #"[{"name":"=1+1"}]"#)
  }

  @Test func `an answer that the caller has is a 304, and gzip is for those who take it`() throws {
    let rig = try RowsRig()
    let plain = try rig.get("limit=200")
    let tag = try #require(plain.headers["etag"]?.string)
    let again = try rig.get(
      "limit=200", headers: #","if-none-match":"\#(tag.replacing("\"", with: "\\\""))""#)
    #expect(again.status == 304 && again.body.isEmpty && again.headers["etag"]?.string == tag)
    let packed = try rig.get("limit=200", headers: #","accept-encoding":"br, gzip""#)
    #expect(packed.headers["content-encoding"]?.string == "gzip")
    #expect(packed.headers["etag"]?.string == tag)
    let bytes = try #require(Base64.decode(Array(packed.body.utf8)))
    #expect(bytes.count * 3 < plain.body.utf8.count)
    #expect(try Unpacked.text(bytes) == plain.body)
    for refused in ["identity", "gzip;q=0"] {
      let answer = try rig.get("limit=200", headers: #","accept-encoding":"\#(refused)""#)
      #expect(answer.headers["content-encoding"] == nil, "\(refused)")
    }
  }

  @Test func `fault 47: what one caller gets is nobody else's to keep`() throws {
    let rig = try RowsRig(rows: 3)
    let answer = try rig.get("")
    #expect(answer.headers["vary"]?.string?.contains("authorization") == true)
    #expect(answer.headers["cache-control"]?.string == "private, no-cache")
  }

  @Test func `counts are exact or estimated, and none by default`() throws {
    let rig = try RowsRig()
    #expect(try rig.get("limit=1").headers["x-total-count"] == nil)
    let exact = try rig.get("limit=1&count=exact&id=gt.150")
    #expect(exact.headers["x-total-count"]?.string == "50")
    try rig.rig.database.execute("ANALYZE things")
    let estimated = try rig.get("limit=1&count=estimated")
    #expect(estimated.headers["x-total-count"]?.string == "200")
    let none = try rig.get("count=exact&id=lt.0")
    #expect(none.headers["x-total-count"]?.string == "0" && none.body == "[]")
  }

  @Test func `a page ends before it is too large, and the next goes on`() throws {
    let rig = try RowsRig(rows: 12)
    try rig.rig.database.execute(#"UPDATE things SET name = repeat('"\', 400000)"#)
    for accept in ["application/json", "text/csv"] {
      var ids = 0
      var pages = 0
      var next: String? = "limit=100&select=id,name"
      while let query = next {
        let answer = try rig.get(query, accept: accept)
        #expect(answer.status == 200, "\(answer.body.prefix(300))")
        pages += 1
        ids +=
          accept == "text/csv"
          ? answer.body.split(separator: "\r\n").count - 1
          : answer.body.split(separator: "\"id\":").count - 1
        next = RowsRig.next(answer.headers)
      }
      #expect(ids == 12 && pages > 2)
    }
  }

  @Test func `tables are listed with their columns, and views can be read`() throws {
    let rig = try RowsRig()
    let answer = try rig.get("", path: "/tables")
    let tables = try JSON.decode(JSONValue.self, from: Array(answer.body.utf8))
    #expect(tables[0]?["name"]?.string == "things")
    #expect(tables[0]?["columns"]?[0]?["type"]?.string == "bigint")
    #expect(tables[0]?["key"]?[0]?.string == "id")
    #expect(try rig.get("", path: "/tables/postings/rows").body == "[]")
    #expect(try rig.get("", path: "/tables/nix/rows").status == 404)
    #expect(try rig.get("", path: "/tables/pg_class/rows").status == 404)
  }
}
