// Settings that a flag or a variable can set, too. All layers are checked, also those that lose: a mistake in the file
// should not come to light when a flag is taken away.

extension MappingReader {
  /// The value of the first of flag, variable and file that has one; nil when only the default is left. `parse` gets
  /// the text and the folder from which relative paths start.
  func layered<Value>(
    _ key: String,
    flag: String? = nil,
    variable: String,
    form: String,
    _ parse: (String, String) throws(ValueProblem) -> Value
  ) -> Value? {
    let fromFile = parsed(key, form: form) { text throws(ValueProblem) in try parse(text, context.folder) }
    func outer(_ text: String?, _ place: ProblemPlace) -> Value? {
      guard let text else { return nil }
      do throws(ValueProblem) {
        return try parse(text, FileAccess.currentFolder)
      } catch {
        context.problems.report(Problem(place: place, key: fullPath(key), message: error.text))
        return nil
      }
    }
    let fromFlag = flag.flatMap { outer(context.flags[$0], .flag($0)) }
    let fromVariable = outer(context.variable(variable), .environment(variable))
    return fromFlag ?? fromVariable ?? fromFile
  }

  /// Where the value of such a key comes from.
  func layerPlace(_ key: String, flag: String? = nil, variable: String) -> ProblemPlace {
    if let flag, context.flags[flag] != nil { return .flag(flag) }
    if context.variable(variable) != nil { return .environment(variable) }
    return context.place(entry(key)?.value.position ?? position)
  }
}
