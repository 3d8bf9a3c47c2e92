internal import HTTP
internal import JSON

/// Calls the operations of one service whose inputs and outputs are JSON.
struct JSONService: ~Copyable {
  private let name: String
  private let contentType: String
  private let target: String?
  private let endpoint: Endpoint
  private var client: ServiceClient

  /// Makes a client from the variables that every AWS SDK knows, and `CA_BUNDLE`.
  ///
  /// - Parameters:
  ///   - name: The service, by the name it has in signatures.
  ///   - label: The first label of the service's hosts.
  ///   - variable: The suffix of the variable that sets another address for the service.
  ///   - contentType: The media type of the service's protocol.
  ///   - target: What precedes an operation in `X-Amz-Target`; nil where the path names it.
  ///   - lookup: Looks up a variable; credentials are looked up for each call.
  /// - Throws: A setting's error.
  init(
    _ name: String, label: String, variable: String, contentType: String, target: String? = nil,
    lookup: @escaping @Sendable (String) -> String?
  ) throws(AWSError) {
    let settings = try AWSSettings(lookup: lookup)
    client = try ServiceClient(name, region: settings.region, faults: .json, lookup: lookup)
    self.name = name
    self.contentType = contentType
    self.target = target
    endpoint =
      settings.endpoint(variable)
      ?? Endpoint(host: "\(label).\(settings.region).\(settings.domain)")
  }

  /// Runs an operation and reads its answer.
  mutating func call<Answer: Decodable>(
    _ operation: String, path: String = "/", _ input: some Encodable, isIdempotent: Bool = true,
    timeout: Duration
  ) throws(AWSError) -> Answer {
    let answer = try send(
      operation, path: path, input, isIdempotent: isIdempotent, timeout: timeout)
    do throws(JSONError) {
      return try JSON.decode(Answer.self, from: answer)
    } catch {
      throw AWSError(
        name, operation, code: "BadResponse",
        message: "the answer is not what the operation promises: \(error)")
    }
  }

  /// Runs an operation and returns its answer unread.
  @discardableResult
  mutating func send(
    _ operation: String, path: String = "/", _ input: some Encodable, isIdempotent: Bool = true,
    timeout: Duration
  ) throws(AWSError) -> [UInt8] {
    var request = SignableRequest(
      method: "POST", host: endpoint.host, path: "\(endpoint.basePath)\(path)",
      headers: ["Content-Type": contentType])
    if let target { request.headers.append("X-Amz-Target", "\(target).\(operation)") }
    let call = ServiceCall(
      operation: operation, scheme: endpoint.scheme, request: request,
      body: try encoded(operation, input), isIdempotent: isIdempotent)
    return try client.send(call, timeout: timeout).body
  }

  /// Writes the input of an operation, or a part of it, as JSON.
  func encoded(_ operation: String, _ input: some Encodable) throws(AWSError) -> [UInt8] {
    do throws(JSONError) {
      return try JSON.encode(input)
    } catch {
      throw AWSError(name, operation, code: "InvalidInput", message: "\(error)")
    }
  }
}
