internal import JSON

extension APIRequest: Decodable {
  /// Tells the shape of the event and takes from it what makes the request.
  public init(from decoder: any Decoder) throws {
    let shapes = """
      an event of an API Gateway HTTP API (requestContext.http), a REST API (httpMethod and path) \
      or a Function URL
      """
    guard let event = try? decoder.container(keyedBy: APIEventKeys.self) else {
      throw JSONError(code: .rejected, path: decoder.codingPath, expected: shapes)
    }
    let context = try? event.nestedContainer(keyedBy: APIContextKeys.self, forKey: .requestContext)
    if let context, context.contains(.http) {
      try self.init(v2: event, context: context)
    } else if event.contains(.httpMethod), event.contains(.path), context?.contains(.elb) != true {
      try self.init(v1: event, context: context)
    } else {
      throw JSONError(code: .rejected, path: decoder.codingPath, expected: shapes)
    }
  }

  private init(
    v2 event: KeyedDecodingContainer<APIEventKeys>,
    context: KeyedDecodingContainer<APIContextKeys>
  ) throws {
    guard try event.decode(String.self, forKey: .version) == "2.0" else {
      throw event.expected("the payload format version 2.0", .version)
    }
    let http = try context.nestedContainer(keyedBy: HTTPKeys.self, forKey: .http)
    let domain = try context.decodeIfPresent(String.self, forKey: .domainName)
    // Such as abc.lambda-url.eu-west-1.on.aws.
    let isFunctionURL =
      domain?.utf8.split(separator: UInt8(ascii: "."))
      .dropFirst().dropLast().contains { $0.elementsEqual("lambda-url".utf8) } == true
    let rawPath = try event.decode(String.self, forKey: .rawPath)
    let stage = try context.decodeIfPresent(String.self, forKey: .stage)
    let split = StagePath(rawPath, stage: stage)

    shape = isFunctionURL ? .functionURL : .v2
    method = try http.decodeNonEmpty(.method, "an HTTP method")
    stagePrefix = split.prefix
    // An HTTP API decodes the path before it sends it; a Function URL does not.
    pathResult = split.decoded(isEncoded: isFunctionURL)
    // `queryStringParameters` joins repeated names by commas, so only the raw text is exact.
    let rawQuery = try event.decode(String.self, forKey: .rawQueryString)
    queryResult = Result { () throws(RequestFault) in try QueryItem.items(of: rawQuery) }
    headers = HTTPHeaders(try APIEventPairs.decode(event, .headers))
    let cookies = try event.decodeIfPresent([String].self, forKey: .cookies)
    cookiePairs = cookies ?? APIEventPairs.cookies(headers)
    bodyResult = try APIEventBody.decode(event)
    requestID = try context.decodeIfNotEmpty(.requestID)
    sourceIP = try http.decodeIfPresent(String.self, forKey: .sourceIP)
    authorizer = Authorizer(try context.decodeIfPresent(JSONValue.self, forKey: .authorizer))
  }

  private init(
    v1 event: KeyedDecodingContainer<APIEventKeys>,
    context: KeyedDecodingContainer<APIContextKeys>?
  ) throws {
    // An HTTP API with payload format 1.0 names the version; it sends the path decoded and with
    // its stage, while a REST API sends it as it came and keeps the stage in `requestContext.path`.
    let isHTTPAPI = try event.decodeIfPresent(String.self, forKey: .version) == "1.0"
    let rawPath = try event.decode(String.self, forKey: .path)
    let stage = try context?.decodeIfPresent(String.self, forKey: .stage)
    let contextPath = try context?.decodeIfPresent(String.self, forKey: .path)
    let split =
      isHTTPAPI ? StagePath(rawPath, stage: stage) : StagePath(rest: rawPath, within: contextPath)

    shape = .v1
    method = try event.decodeNonEmpty(.httpMethod, "an HTTP method")
    stagePrefix = split.prefix
    pathResult = split.decoded(isEncoded: !isHTTPAPI)
    // Both gateways send these parameters decoded.
    queryResult = .success(
      try APIEventPairs.decode(event, .multiValueQueryStringParameters, .queryStringParameters)
        .map { QueryItem(name: $0.name, value: $0.value) })
    headers = HTTPHeaders(try APIEventPairs.decode(event, .multiValueHeaders, .headers))
    cookiePairs = APIEventPairs.cookies(headers)
    bodyResult = try APIEventBody.decode(event)
    requestID = try context?.decodeIfNotEmpty(.requestID)
    let identity = try? context?.nestedContainer(keyedBy: HTTPKeys.self, forKey: .identity)
    sourceIP = try identity?.decodeIfPresent(String.self, forKey: .sourceIP)
    authorizer = Authorizer(try context?.decodeIfPresent(JSONValue.self, forKey: .authorizer))
  }
}

enum APIEventKeys: String, CodingKey {
  case version, requestContext, headers, body, isBase64Encoded
  case rawPath, rawQueryString, cookies
  case httpMethod, path, multiValueHeaders, queryStringParameters, multiValueQueryStringParameters
}

enum APIContextKeys: String, CodingKey {
  case http, elb, domainName, stage, path, authorizer, identity
  case requestID = "requestId"
}

private enum HTTPKeys: String, CodingKey {
  case method
  case sourceIP = "sourceIp"
}
