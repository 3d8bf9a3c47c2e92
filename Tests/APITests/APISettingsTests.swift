import API
import JSON
import LambdaEvents
import LambdaRuntime
import TestSupport
import Testing

@Suite struct `API settings` {
  @Test func `an API access that is not known is refused`() {
    let variables = EnvironmentVariables([
      "SLUICE_DATAPACKAGE": Checkout.dataPackage, "DATABASE_URL": "postgresql:///x?host=/tmp",
      "AWS_REGION": "us-east-1", "API_ACCESS": "all",
    ])
    #expect(throws: SettingError.self) { _ = try APIHandler(variables: variables) }
  }

  @Test func `an event of no known shape is not decoded`() {
    #expect(throws: JSONError.self) { try JSON.decode(APIRequest.self, from: Array("{}".utf8)) }
  }
}
