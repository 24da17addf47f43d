/// The event by which `linqhook doctor` looks at the way from the public address to the inbox. It is verified,
/// deduplicated and stored as any other, and settled without being handed to a handler.
public enum ProbeEvent {
  /// Its `event_type`. No event of Linq's has a name like this.
  public static let type = "linqhook.probe"
}
