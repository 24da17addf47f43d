import LinqAPI
import LinqEvents

/// The parameters of a query, checked when they are read.
struct QueryReading {
  private let pairs: [(name: String, value: String)]

  init(_ query: String?) {
    pairs = FormText.pairs(query ?? "")
  }

  subscript(name: String) -> String? {
    pairs.first { $0.name == name }?.value
  }

  func number(_ name: String) throws(CallRejection) -> PhoneNumber {
    guard let text = self[name] else { throw .missing(name) }
    return try Self.number(text)
  }

  func numbers(_ name: String) throws(CallRejection) -> [PhoneNumber] {
    let texts = pairs.filter { $0.name == name }.map(\.value)
    guard !texts.isEmpty else { throw .missing(name) }
    return try texts.map { text throws(CallRejection) in try Self.number(text) }
  }

  func timestamp(_ name: String) throws(CallRejection) -> Timestamp? {
    guard let text = self[name] else { return nil }
    guard let milliseconds = RFC3339.milliseconds(text) else {
      throw .invalid("\(name) must be a time such as 2025-10-22T16:31:00Z.")
    }
    return Timestamp(milliseconds: milliseconds)
  }

  /// An unescaped plus sign arrives as a space.
  private static func number(_ text: String) throws(CallRejection) -> PhoneNumber {
    let repaired = text.hasPrefix(" ") ? "+\(text.dropFirst())" : text
    do throws(PhoneNumberError) { return try PhoneNumber(parsing: repaired) } catch {
      throw .invalid(error.description)
    }
  }
}

/// One page of a list.
struct Page {
  let number: Int
  let size: Int
  let itemCount: Int

  init(_ query: QueryReading, itemCount: Int) throws(CallRejection) {
    number = try Self.integer("page", of: query, default: 1, range: 1...1_000_000)
    size = try Self.integer("per_page", of: query, default: 25, range: 1...100)
    self.itemCount = itemCount
  }

  var range: Range<Int> {
    let start = min((number - 1) * size, itemCount)
    return start..<min(start + size, itemCount)
  }

  var json: JSONValue {
    [
      "page": .number(number), "total_pages": .number((itemCount + size - 1) / size),
      "total_count": .number(itemCount), "per_page": .number(size),
    ]
  }

  private static func integer(
    _ name: String,
    of query: QueryReading,
    default value: Int,
    range: ClosedRange<Int>
  ) throws(CallRejection) -> Int {
    guard let text = query[name] else { return value }
    guard let number = Int(text), range.contains(number) else {
      throw .invalid("\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound).")
    }
    return number
  }
}
