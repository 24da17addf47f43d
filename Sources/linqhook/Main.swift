// linqhook: commands and exit codes.
@main
struct Linqhook {
  static func main() {}
}
