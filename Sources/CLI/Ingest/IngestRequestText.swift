import JSON

/// The event that a command line's search makes for `job-ingest`.
package enum IngestRequestText {
  /// The options that stand for the parameters asked for most.
  static let options: [(name: String, key: String)] = [
    ("--keyword", "keyword"), ("--location", "locationName"), ("--radius", "radius"),
    ("--days", "postedWithinDays"),
  ]

  /// JSON of parameters, with those given several times as arrays.
  ///
  /// Values stay text: the handler takes numbers and flags as text too, and names what is wrong.
  package static func json(_ parameters: [(key: String, value: String)]) -> [UInt8] {
    var keys: [String] = []
    for parameter in parameters where !keys.contains(parameter.key) { keys.append(parameter.key) }
    var json = JSONWriter()
    json.beginObject()
    for key in keys {
      let values = parameters.filter { $0.key == key }.map(\.value)
      if values.count == 1 { json.pair(key, values[0]) } else { json.strings(key, values) }
    }
    json.endObject()
    return json.bytes
  }
}
