extension Double {
  /// So many seconds for a sentence: `30`, `0.3`; to a thousandth, for a time that was counted otherwise is no round number.
  var secondsText: String {
    let rounded = (self * 1000).rounded() / 1000
    return rounded == rounded.rounded() && abs(rounded) < 1e15 ? "\(Int(rounded))" : "\(rounded)"
  }
}
