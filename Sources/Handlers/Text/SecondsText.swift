extension Duration {
  /// The seconds for a sentence: `30`, `0.3`; to a thousandth, because a computed time may not be a round number.
  var secondsText: String {
    let rounded = (self / .milliseconds(1)).rounded() / 1000
    return rounded == rounded.rounded() && abs(rounded) < 1e15 ? "\(Int(rounded))" : "\(rounded)"
  }
}
