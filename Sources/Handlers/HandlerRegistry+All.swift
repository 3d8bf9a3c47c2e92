internal import API
internal import CSVLoad
internal import JobIngest
public import LambdaRuntime

extension HandlerRegistry {
  /// Every handler of the package, by the name that `_HANDLER` takes.
  public static func all() -> HandlerRegistry {
    var registry = HandlerRegistry()
    registry.register("csv-load") { try CSVLoadHandler(variables: $0) }
    registry.register("job-ingest") { try JobIngestHandler(variables: $0) }
    registry.register("api") { try APIHandler(variables: $0) }
    return registry
  }
}
