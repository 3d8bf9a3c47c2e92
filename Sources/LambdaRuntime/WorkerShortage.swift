/// The system has no threads for as many workers as the environment is to have.
struct WorkerShortage: FunctionError {
  let wanted: Int
  let started: Int

  var errorType: String { "WorkerShortage" }

  var message: String {
    "Only \(started) of \(wanted) workers could be given threads of their own."
  }
}
