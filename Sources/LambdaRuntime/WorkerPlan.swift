/// Where the Runtime API is and how many workers ask it for invocations.
struct WorkerPlan {
  private static let workerLimit = 1024

  let address: RuntimeAPIAddress
  let watches: [ConnectionWatch]

  var workers: Int { watches.count }

  init(_ variables: EnvironmentVariables) throws(SettingError) {
    guard let text = variables["AWS_LAMBDA_RUNTIME_API"] else {
      throw SettingError(
        variable: "AWS_LAMBDA_RUNTIME_API",
        expected: """
          the address AWS Lambda gives to the programs it starts; to run this one here, use \
          `sluice local`, or `sluice invoke HANDLER EVENT.json`
          """)
    }
    address = try RuntimeAPIAddress(text)
    watches = (0..<(try Self.workers(variables))).map { _ in ConnectionWatch() }
  }

  private static func workers(_ variables: EnvironmentVariables) throws(SettingError) -> Int {
    let name = "AWS_LAMBDA_MAX_CONCURRENCY"
    guard let text = variables[name] else { return 1 }
    guard let number = Int(text), (1...workerLimit).contains(number) else {
      throw SettingError(variable: name, expected: "a number from 1 to \(workerLimit)")
    }
    return number
  }
}
