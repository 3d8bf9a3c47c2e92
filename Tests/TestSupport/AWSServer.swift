internal import Glibc

/// The server of `TEST_AWS_ENDPOINT_URL`, which stands in for AWS.
public enum AWSServer {
  /// Whether there is such a server.
  public static var isAvailable: Bool { endpoint != nil }

  /// What to do when there is none.
  public static let reason = "set TEST_AWS_ENDPOINT_URL"

  private static var endpoint: String? {
    unsafe getenv("TEST_AWS_ENDPOINT_URL").map { unsafe String(cString: $0) }
  }

  /// The variables that lead to it.
  public static var variables: [String: String] {
    [
      "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
      "AWS_ENDPOINT_URL": endpoint ?? "",
    ]
  }
}
