/// Turns a Table Schema type with its format and constraints into a field type.
struct FieldTypeReader {
  let resource: String
  let field: String

  func type(
    named name: String, format: String?, constraints: DataPackageDescriptor.Constraints?
  ) throws(DataPackageFault) -> FieldType {
    if let unsupported = constraints?.unsupported.first {
      throw fault("the constraint \"\(unsupported)\" is not supported")
    }
    let type = try bare(name, format, constraints)
    if case .integer = type {
    } else if constraints?.minimum != nil || constraints?.maximum != nil {
      throw fault("minimum and maximum are supported for integers only")
    }
    if case .string = type {
    } else if constraints?.minLength != nil || constraints?.maxLength != nil
      || constraints?.allowed != nil
    {
      throw fault("minLength, maxLength and enum are supported for strings only")
    }
    return type
  }

  private func bare(
    _ name: String, _ format: String?, _ constraints: DataPackageDescriptor.Constraints?
  ) throws(DataPackageFault) -> FieldType {
    switch (name, format ?? "default") {
    case ("string", "default"):
      return .string(try textRule(constraints))
    case ("string", "uuid"):
      return .uuid
    case ("integer", "default"):
      let low = constraints?.minimum ?? .min
      let high = constraints?.maximum ?? .max
      guard low <= high else { throw fault("minimum \(low) is above maximum \(high)") }
      return .integer(low...high)
    case ("number", "default"): return .number
    case ("boolean", "default"): return .boolean
    case ("date", "default"): return .date
    case ("datetime", "default"), ("datetime", "any"): return .datetime
    case (let name, let format):
      throw fault(
        "type \"\(name)\" with format \"\(format)\" is not supported; expected string (also uuid), "
          + "integer, number, boolean, date or datetime")
    }
  }

  private func textRule(
    _ constraints: DataPackageDescriptor.Constraints?
  ) throws(DataPackageFault) -> FieldType.TextRule {
    var rule = FieldType.TextRule()
    rule.minimumLength = constraints?.minLength ?? 0
    rule.maximumLength = constraints?.maxLength ?? .max
    rule.allowed = constraints?.allowed?.map { Array($0.utf8) } ?? []
    guard rule.minimumLength >= 0, rule.minimumLength <= rule.maximumLength else {
      throw fault("minLength is negative or above maxLength")
    }
    return rule
  }

  private func fault(_ rule: String) -> DataPackageFault {
    DataPackageFault(resource: resource, field: field, rule)
  }
}
