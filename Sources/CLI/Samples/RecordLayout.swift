/// Where the columns stand that a bad record is made by; only wide records have the second four.
struct RecordLayout {
  var key: Int
  var text: Int
  var time: Int
  var integer: Int
  var uuid = 0
  var date = 0
  var number = 0
  var boolean = 0
  let kinds: [BadKind]

  /// The fields of a record that was written here, quotes and all.
  static func split(_ record: [UInt8]) -> [[UInt8]] {
    var fields: [[UInt8]] = [[]]
    var isQuoted = false
    for byte in record {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if byte == UInt8(ascii: ","), !isQuoted {
        fields.append([])
      } else {
        fields[fields.count - 1].append(byte)
      }
    }
    return fields
  }
}
