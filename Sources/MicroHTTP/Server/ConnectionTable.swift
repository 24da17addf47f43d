/// A shard's connections, each at a place that stays its own while it is open.
struct ConnectionTable {
  private var places: [Connection?] = []
  private var free: [Int] = []

  var count: Int { places.count - free.count }
  var isEmpty: Bool { count == 0 }

  /// All connections, copied: what is done with them may close them.
  var all: [Connection] { places.compactMap(\.self) }

  /// Finds a place for a connection.
  mutating func insert(_ make: (_ slot: Int) -> Connection) -> Connection {
    let slot = free.popLast() ?? places.count
    if slot == places.count { places.append(nil) }
    let connection = make(slot)
    places[slot] = connection
    return connection
  }

  mutating func remove(_ connection: Connection) {
    places[connection.slot] = nil
    free.append(connection.slot)
  }

  /// The connection whose present request has this token.
  func connection(for token: HTTPRequestToken) -> Connection? {
    guard places.indices.contains(token.slot), let connection = places[token.slot],
      connection.requestNumber == token.number
    else { return nil }
    return connection
  }
}
