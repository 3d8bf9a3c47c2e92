/// Ways to end the process that no handler can catch.
enum Crash {
  /// Reads past the end of an array.
  @inline(never)
  static func outOfBounds() -> Int {
    let numbers = [1, 2, 3]
    return numbers[numbers.count + Int.random(in: 0...1)]
  }

  /// Uses up the stack.
  @inline(never)
  static func overflow(_ depth: Int) -> Int {
    guard depth < Int.max else { return depth }
    let frame = [64 of Int](repeating: depth)
    return overflow(depth + 1) + frame[depth & 63]
  }
}
