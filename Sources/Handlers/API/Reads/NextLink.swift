internal import LambdaEvents
internal import System

/// The `Link` header to the page after one (RFC 8288): the same query with another cursor.
struct NextLink {
  let header: String

  init(_ request: APIRequest, cursor: String) {
    let items = ((try? request.query) ?? []).filter { $0.name != "cursor" }
    let query = PercentEncoding.query(items.map { ($0.name, $0.value) } + [("cursor", cursor)])
    let path = PercentEncoding.path((try? request.path) ?? "/")
    header = "<\(request.stagePrefix)\(path)?\(query)>; rel=\"next\""
  }
}
