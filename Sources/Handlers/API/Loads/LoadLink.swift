internal import LambdaEvents
internal import System

/// Where the loads of one object are listed.
enum LoadLink {
  static func text(_ request: APIRequest, key: String) -> String {
    "\(request.stagePrefix)/loads?key=\(PercentEncoding.component(key))"
  }
}
