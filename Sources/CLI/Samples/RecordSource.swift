/// Makes the records of one dataset, each without its line end.
protocol RecordSource {
  static var layout: RecordLayout { get }
  mutating func append(record: Int, to text: inout RecordText)
}

extension RecordSource {
  var layout: RecordLayout { Self.layout }
}
