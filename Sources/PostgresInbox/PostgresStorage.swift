public import PostgreSQL

/// Where a shared inbox lives, and who this receiver is among those that share it.
public struct PostgresStorage: Sendable {
  /// What must hold before an event may be acknowledged.
  public enum Replication: Sendable, Equatable {
    /// The commit waits for a standby: an acknowledged event is on two machines.
    case required
    /// The service replicates below SQL, so that nothing of it can be seen here.
    case managed
    /// One machine has it.
    case none
  }

  /// How to reach the database.
  public var database: PostgreSQLConfiguration
  /// The schema that holds the tables.
  public var schema: String
  /// This receiver's name; every one has another.
  public var instance: String
  /// What must hold before an event may be acknowledged.
  public var replication: Replication
  /// How long a statement may take before the events in it are answered 503.
  public var answerWithin: Duration

  /// An inbox in the schema `linqhook` that waits for a standby, unless told otherwise.
  public init(
    database: PostgreSQLConfiguration,
    schema: String = "linqhook",
    instance: String,
    replication: Replication = .required,
    answerWithin: Duration = .seconds(5)
  ) {
    self.database = database
    self.schema = schema
    self.instance = instance
    self.replication = replication
    self.answerWithin = answerWithin
  }

  /// The configuration of one of its sessions.
  var session: PostgreSQLConfiguration {
    var session = database
    session.needsPrimary = true
    // `on` waits for a standby where there is one: what is answered 200 is there.
    session.settings["synchronous_commit"] = "on"
    // A statement that waits for a standby is not cancelled: it would be committed on this machine alone.
    session.settings["statement_timeout"] = "0"
    session.settings["search_path"] = #""\#(schema.replacing("\"", with: "\"\""))""#
    return session
  }
}
