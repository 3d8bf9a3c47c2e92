/// Reads secrets of Secrets Manager.
///
/// The API is described in the "AWS Secrets Manager API Reference"; its JSON protocol is used.
public struct SecretsManagerClient: ~Copyable {
  private var service: JSONService

  /// Makes a client from the variables that every AWS SDK knows, and `CA_BUNDLE`.
  ///
  /// Nothing is sent, and credentials are looked up for each call.
  public init(lookup: @escaping @Sendable (String) -> String?) throws(AWSError) {
    service = try JSONService(
      "secretsmanager", label: "secretsmanager", variable: "SECRETS_MANAGER",
      contentType: "application/x-amz-json-1.1", target: "secretsmanager", lookup: lookup)
  }

  /// Returns the text of a secret, as it is now, by its ARN or its name.
  public mutating func text(of secret: String, timeout: Duration) throws(AWSError) -> String {
    let answer: SecretValue = try service.call(
      "GetSecretValue", SecretQuery(SecretId: secret), timeout: timeout)
    guard let text = answer.SecretString else {
      throw AWSError(
        "secretsmanager", "GetSecretValue", code: "NotText",
        message: "the secret holds bytes; expected text")
    }
    return text
  }

  /// Creates a secret and returns its ARN.
  package mutating func create(
    _ name: String, text: String, timeout: Duration
  ) throws(AWSError) -> String {
    let answer: SecretName = try service.call(
      "CreateSecret", NewSecret(Name: name, SecretString: text), isIdempotent: false,
      timeout: timeout)
    return answer.ARN
  }

  /// Replaces the text of a secret.
  package mutating func replace(
    _ secret: String, by text: String, timeout: Duration
  ) throws(AWSError) {
    let _: SecretName = try service.call(
      "PutSecretValue", NewSecretValue(SecretId: secret, SecretString: text),
      isIdempotent: false, timeout: timeout)
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
