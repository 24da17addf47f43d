/// The reason why a measurement failed.
enum BenchError: Error, CustomStringConvertible {
  case system(String, Int32)
  case subject(String)

  var description: String {
    switch self {
    case .system(let call, let code): "\(call) failed with error \(code); nothing was measured."
    case .subject(let problem): problem
    }
  }
}
