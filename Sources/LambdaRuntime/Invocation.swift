/// An event that was received, and what its head says; the bytes stand in the connection.
struct Invocation {
  let requestID: String
  let event: Range<Int>
}
