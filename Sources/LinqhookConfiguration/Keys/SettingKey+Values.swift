// Keys by the type of their values.

extension SettingKey {
  /// The general form: `read` returns the value if it is there and good.
  static func value<Value: Equatable & Sendable>(
    _ name: String,
    _ path: Path<Value>,
    takes: String,
    _ meaning: String,
    read: @escaping @Sendable (MappingReader) -> Value?,
    print: @escaping @Sendable (Value) -> YAMLText?
  ) -> Self {
    Self(
      name: name,
      takes: takes,
      meaning: meaning,
      read: { reader, section in if let value = read(reader) { section[keyPath: path] = value } },
      print: { print($0[keyPath: path]) },
      isEqual: { $0[keyPath: path] == $1[keyPath: path] }
    )
  }

  /// A key without a default.
  static func optional<Value: Equatable & Sendable>(
    _ name: String,
    _ path: Path<Value?>,
    takes: String,
    _ meaning: String,
    read: @escaping @Sendable (MappingReader) -> Value?,
    print: @escaping @Sendable (Value) -> YAMLText
  ) -> Self {
    value(name, path, takes: takes, meaning, read: read, print: { $0.map(print) })
  }

  /// A whole number.
  static func integer(
    _ name: String,
    _ path: Path<Int>,
    in range: ClosedRange<Int>,
    because reason: String? = nil,
    _ meaning: String
  ) -> Self {
    value(
      name,
      path,
      takes: "\(range.lowerBound) to \(range.upperBound)",
      meaning,
      read: { $0.integer(name, in: range, because: reason) },
      print: YAMLText.integer
    )
  }

  /// A number with or without a fraction.
  static func number(
    _ name: String,
    _ path: Path<Double>,
    in range: ClosedRange<Double>,
    _ meaning: String
  ) -> Self {
    let (low, high) = (DecimalText.format(range.lowerBound), DecimalText.format(range.upperBound))
    return value(
      name,
      path,
      takes: "\(low) to \(high)",
      meaning,
      read: { $0.number(name, in: range) },
      print: YAMLText.number
    )
  }

  /// `true` or `false`.
  static func boolean(_ name: String, _ path: Path<Bool>, _ meaning: String)
    -> Self
  {
    value(
      name,
      path,
      takes: "true or false",
      meaning,
      read: { $0.boolean(name) },
      print: YAMLText.boolean
    )
  }

  /// A span of time.
  static func duration(
    _ name: String,
    _ path: Path<Duration>,
    in range: ClosedRange<Duration>,
    because reason: String? = nil,
    _ meaning: String
  ) -> Self {
    value(
      name,
      path,
      takes: takes(range),
      meaning,
      read: { $0.duration(name, in: range, because: reason) },
      print: YAMLText.duration
    )
  }

  /// A span of time without a default.
  static func duration(
    _ name: String,
    _ path: Path<Duration?>,
    in range: ClosedRange<Duration>,
    _ meaning: String
  ) -> Self {
    optional(
      name,
      path,
      takes: takes(range),
      meaning,
      read: { $0.duration(name, in: range) },
      print: YAMLText.duration
    )
  }

  private static func takes(_ range: ClosedRange<Duration>) -> String {
    "\(DurationText.format(range.lowerBound)) to \(DurationText.format(range.upperBound))"
  }

  /// A number of bytes.
  static func size(
    _ name: String,
    _ path: Path<Int>,
    in range: ClosedRange<Int>,
    because reason: String? = nil,
    _ meaning: String
  ) -> Self {
    value(
      name,
      path,
      takes: takes(range),
      meaning,
      read: { $0.size(name, in: range, because: reason) },
      print: YAMLText.size
    )
  }

  /// A number of bytes without a default.
  static func size(
    _ name: String,
    _ path: Path<Int?>,
    in range: ClosedRange<Int>,
    _ meaning: String
  ) -> Self {
    optional(
      name,
      path,
      takes: takes(range),
      meaning,
      read: { $0.size(name, in: range) },
      print: YAMLText.size
    )
  }

  private static func takes(_ range: ClosedRange<Int>) -> String {
    "\(SizeText.format(range.lowerBound)) to \(SizeText.format(range.upperBound))"
  }

  /// One of the names of an enumeration.
  static func choice<Choice: RawRepresentable & CaseIterable & Sendable & Equatable>(
    _ name: String,
    _ path: Path<Choice>,
    _ meaning: String
  ) -> Self where Choice.RawValue == String {
    value(
      name,
      path,
      takes: Choices<Choice>.form,
      meaning,
      read: { $0.choice(name, Choice.self) },
      print: { .text($0.rawValue) }
    )
  }

  /// The path of a file or folder, made absolute.
  static func path(_ name: String, _ path: Path<String?>, _ meaning: String)
    -> Self
  {
    optional(name, path, takes: "a path", meaning, read: { $0.path(name) }, print: YAMLText.text)
  }

  /// A secret, or a reference to one.
  static func secret(
    _ name: String,
    _ path: Path<ConfiguredSecret?>,
    for use: SecretUse,
    _ meaning: String
  ) -> Self {
    optional(
      name,
      path,
      takes: "env:NAME, file:/path or credential:NAME",
      meaning,
      read: { $0.secret(name, for: use) },
      print: YAMLText.secret
    )
  }

  /// A value that a flag or a variable can set, too. `parse` also gets the folder from which relative paths start.
  static func layered<Value: Equatable & Sendable>(
    _ name: String,
    _ path: Path<Value>,
    flag: String? = nil,
    variable: String,
    takes: String,
    _ meaning: String,
    parse: @escaping @Sendable (String, String) throws(ValueProblem) -> Value,
    print: @escaping @Sendable (Value) -> YAMLText?
  ) -> Self {
    var key = value(
      name,
      path,
      takes: takes,
      meaning,
      read: { $0.layered(name, flag: flag, variable: variable, form: takes, parse) },
      print: print
    )
    key.flag = flag
    key.variable = variable
    return key
  }
}
