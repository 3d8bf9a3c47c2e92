/// The tables a scan fills: memory that grows to what a batch needs and is used again for the next.
@safe
struct CSVTables: ~Copyable {
  private(set) var fields = UnsafeMutablePointer<CSVField>.allocate(capacity: 1024)
  private(set) var records = UnsafeMutablePointer<CSVRecord>.allocate(capacity: 1024)
  private var fieldCapacity = 1024
  private var recordCapacity = 1024

  /// Makes room for what a range of so many bytes can hold at most, behind the entries in use.
  ///
  /// Pages that are never written cost nothing, so the worst case is asked for at once, and the scan
  /// itself need not look at capacities.
  mutating func reserve(fieldsInUse: Int, recordsInUse: Int, forBytes count: Int) {
    if fieldCapacity < fieldsInUse + count + 1 {
      let capacity = fieldsInUse * 2 + count + 1
      let grown = UnsafeMutablePointer<CSVField>.allocate(capacity: capacity)
      unsafe grown.moveInitialize(from: fields, count: fieldsInUse)
      unsafe fields.deallocate()
      unsafe fields = grown
      fieldCapacity = capacity
    }
    if recordCapacity < recordsInUse + count + 1 {
      let capacity = recordsInUse * 2 + count + 1
      let grown = UnsafeMutablePointer<CSVRecord>.allocate(capacity: capacity)
      unsafe grown.moveInitialize(from: records, count: recordsInUse)
      unsafe records.deallocate()
      unsafe records = grown
      recordCapacity = capacity
    }
  }

  deinit {
    unsafe fields.deallocate()
    unsafe records.deallocate()
  }
}
