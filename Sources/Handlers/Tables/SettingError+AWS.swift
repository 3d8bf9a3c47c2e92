package import AWS
internal import LambdaRuntime

extension SettingError {
  /// Makes an init error of what a client of AWS says about its settings.
  package init(_ error: AWSError) {
    let variable =
      switch error.code {
      case "MissingRegion", "BadRegion": "AWS_REGION"
      case "BadCABundle": "CA_BUNDLE"
      default: "AWS_ENDPOINT_URL"
      }
    self.init(variable: variable, expected: "a usable value (\(error.message))")
  }
}
