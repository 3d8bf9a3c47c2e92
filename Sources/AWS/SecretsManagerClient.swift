internal import HTTP
internal import JSON

/// Reads secrets of Secrets Manager.
///
/// The API is described in the "AWS Secrets Manager API Reference"; its JSON protocol is used.
public struct SecretsManagerClient: ~Copyable {
  private let endpoint: Endpoint
  private var service: ServiceClient

  /// Makes a client of the variables that every AWS SDK knows, and `CA_BUNDLE`.
  ///
  /// Nothing is sent, and credentials are looked up for each call.
  public init(lookup: @escaping @Sendable (String) -> String?) throws(AWSError) {
    let settings = try AWSSettings(lookup: lookup)
    service = try ServiceClient(
      "secretsmanager", region: settings.region, faults: .json, lookup: lookup, clock: nil)
    endpoint =
      settings.endpoint("SECRETS_MANAGER")
      ?? Endpoint(host: "secretsmanager.\(settings.region).\(settings.domain)")
  }

  /// Returns the text of a secret, as it is now, by its ARN or its name.
  public mutating func text(of secret: String, timeout: Duration) throws(AWSError) -> String {
    let answer: SecretValue = try call(
      "GetSecretValue", SecretQuery(SecretId: secret), isIdempotent: true, timeout: timeout)
    guard let text = answer.SecretString else {
      throw AWSError(
        "secretsmanager", "GetSecretValue", code: "NotText",
        message: "the secret holds bytes; expected text")
    }
    return text
  }

  /// Makes a secret and returns its ARN.
  package mutating func create(
    _ name: String, text: String, timeout: Duration
  ) throws(AWSError) -> String {
    let answer: SecretName = try call(
      "CreateSecret", NewSecret(Name: name, SecretString: text), isIdempotent: false,
      timeout: timeout)
    return answer.ARN
  }

  /// Gives a secret another text.
  package mutating func replace(
    _ secret: String, by text: String, timeout: Duration
  ) throws(AWSError) {
    let _: SecretName = try call(
      "PutSecretValue", NewSecretValue(SecretId: secret, SecretString: text),
      isIdempotent: false, timeout: timeout)
  }

  private mutating func call<Answer: Decodable>(
    _ operation: String, _ input: some Encodable, isIdempotent: Bool, timeout: Duration
  ) throws(AWSError) -> Answer {
    let request = SignableRequest(
      method: "POST", host: endpoint.host, path: "\(endpoint.basePath)/",
      headers: [
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": "secretsmanager.\(operation)",
      ])
    let body: [UInt8]
    do throws(JSONError) {
      body = try JSON.encode(input)
    } catch {
      throw AWSError("secretsmanager", operation, code: "InvalidInput", message: "\(error)")
    }
    let call = ServiceCall(
      operation: operation, scheme: endpoint.scheme, request: request, body: body,
      isIdempotent: isIdempotent)
    let answer = try service.send(call, timeout: timeout).body
    do throws(JSONError) {
      return try JSON.decode(Answer.self, from: answer)
    } catch {
      throw AWSError(
        "secretsmanager", operation, code: "BadResponse",
        message: "the answer is not what the operation promises: \(error)")
    }
  }
}

// The inputs and outputs of the operations, under the names they have on the wire.

private struct SecretQuery: Encodable {
  let SecretId: String
}

private struct SecretValue: Decodable {
  let SecretString: String?
}

private struct NewSecret: Encodable {
  let Name: String
  let SecretString: String
}

private struct NewSecretValue: Encodable {
  let SecretId: String
  let SecretString: String
}

private struct SecretName: Decodable {
  let ARN: String
}
