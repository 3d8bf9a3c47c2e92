// The descriptor as it stands in the file, before its rules are judged. Keys that a rule is missing
// for are refused by `DataPackage`, so a constraint is never silently ignored.

struct DataPackageDescriptor: Decodable {
  let resources: [Resource]

  struct Resource: Decodable {
    let name: String
    let schema: Schema
    let dialect: Dialect?
    let sluice: Extension?
  }

  struct Schema: Decodable {
    let fields: [Field]
    let primaryKey: Names?
    let missingValues: [String]?
  }

  struct Field: Decodable {
    let name: String
    let type: String?
    let format: String?
    let constraints: Constraints?
  }

  struct Dialect: Decodable {
    let delimiter: String?
    let quoteChar: String?
    let doubleQuote: Bool?
    let skipInitialSpace: Bool?
    let commentChar: String?
    let header: Bool?
  }

  struct Extension: Decodable {
    let table: String?
    let prefix: String?
    let mode: String?
    let header: String?
    let columns: [Column]?
    let primaryKey: Names?
    /// Named so that the later key is refused rather than ignored.
    let maxRejects: AnyKey?
  }

  struct Column: Decodable {
    let name: String
    let type: String?
    let format: String?
    let required: Bool?
    let expression: String?
  }

  /// Constraints with every key kept by name, because an unknown one must be refused.
  struct Constraints: Decodable {
    var required = false
    var minimum: Int64?
    var maximum: Int64?
    var minLength: Int?
    var maxLength: Int?
    var allowed: [String]?
    var unsupported: [String] = []

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: AnyKey.self)
      for key in container.allKeys {
        switch key.stringValue {
        case "required": required = try container.decode(Bool.self, forKey: key)
        case "minimum": minimum = try container.decode(Int64.self, forKey: key)
        case "maximum": maximum = try container.decode(Int64.self, forKey: key)
        case "minLength": minLength = try container.decode(Int.self, forKey: key)
        case "maxLength": maxLength = try container.decode(Int.self, forKey: key)
        case "enum": allowed = try container.decode([String].self, forKey: key)
        default: unsupported.append(key.stringValue)
        }
      }
      unsupported.sort()
    }
  }

  /// One name, or a list of names: Table Schema allows both for a key.
  struct Names: Decodable {
    let list: [String]

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let one = try? container.decode(String.self) {
        list = [one]
      } else {
        list = try container.decode([String].self)
      }
    }
  }

  /// Any key of an object; as a value, any value at all.
  struct AnyKey: CodingKey, Decodable {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
    init(from decoder: any Decoder) throws { stringValue = "" }
  }
}
