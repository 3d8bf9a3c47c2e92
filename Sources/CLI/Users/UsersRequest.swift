/// What `sluice users` is to do.
package struct UsersRequest: Sendable, Equatable {
  package enum Action: Sendable, Equatable {
    case add(String, role: String)
    case list
    case disable(String)
    case enable(String)
    case password(String)
  }

  package var action: Action
  package var database: String?
  package var directory = StackOptions().directory

  package init(_ action: Action) { self.action = action }
}
