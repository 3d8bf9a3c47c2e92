public import LambdaRuntime

/// A Data Package that cannot be used, told by resource, field and rule.
public struct DataPackageFault: FunctionError, Equatable {
  /// The resource at fault, or nil when the descriptor as a whole is.
  public let resource: String?
  /// The field or column at fault, when one is.
  public let field: String?
  /// What is wrong, and what was expected.
  public let rule: String

  package init(resource: String? = nil, field: String? = nil, _ rule: String) {
    self.resource = resource
    self.field = field
    self.rule = rule
  }

  /// The stable name of the error.
  public var errorType: String { "InvalidDataPackage" }

  /// One sentence that names the place and the rule.
  public var message: String {
    var place = "Data Package"
    if let resource { place += ", resource \"\(resource)\"" }
    if let field { place += ", field \"\(field)\"" }
    return "\(place): \(rule)"
  }
}
