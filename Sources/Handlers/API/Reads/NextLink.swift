internal import LambdaEvents

/// The `Link` header to the page after one (RFC 8288): the same query with another cursor.
struct NextLink {
  let header: String

  init(_ request: APIRequest, cursor: String) {
    let path = ((try? request.path) ?? "/").split(separator: "/", omittingEmptySubsequences: false)
      .map { String($0).pathEncoded }.joined(separator: "/")
    let items = ((try? request.query) ?? []).filter { $0.name != "cursor" }
    let query = (items.map { ($0.name, $0.value) } + [("cursor", cursor)])
      .map { "\($0.0.pathEncoded)=\($0.1.pathEncoded)" }.joined(separator: "&")
    header = "<\(request.stagePrefix)\(path)?\(query)>; rel=\"next\""
  }
}
