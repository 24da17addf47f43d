/// The statements that make the tables.
///
/// `head` has one row. Who accepts events holds it to the end of the commit, so the order of commits is the order of
/// sequences: a cursor never passes an event that becomes visible later, and no two receivers take one id.
///
/// An event and its id share a row: `fp` is null once the id is forgotten, `payload` once the event is pruned, and a row
/// that has neither is deleted.
enum PostgresTables {
  static let version1 = """
    CREATE TABLE head (
      is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
      schema_version bigint NOT NULL,
      fingerprint_key bytea NOT NULL,
      last bigint NOT NULL DEFAULT 0,
      steady_at bigint,
      bytes bigint NOT NULL DEFAULT 0,
      scopes_version bigint NOT NULL DEFAULT 0,
      quarantine_last bigint NOT NULL DEFAULT 0,
      quarantine_version bigint NOT NULL DEFAULT 0);
    CREATE TABLE scope (
      number integer PRIMARY KEY,
      path bytea NOT NULL,
      prints bytea NOT NULL,
      horizon bigint NOT NULL DEFAULT 0,
      has_forgotten boolean NOT NULL DEFAULT false,
      unstamped bigint NOT NULL DEFAULT 0,
      stamped bigint NOT NULL DEFAULT 0);
    CREATE TABLE forgotten (
      scope integer NOT NULL,
      minute bigint NOT NULL,
      remembered_at bigint NOT NULL,
      created_until bigint NOT NULL,
      PRIMARY KEY (scope, minute));
    CREATE TABLE event (
      seq bigint PRIMARY KEY,
      fp uuid UNIQUE,
      kind integer,
      created_at bigint,
      stamped_at bigint,
      copies integer NOT NULL DEFAULT 1,
      received_at bigint NOT NULL,
      accepted_at bigint NOT NULL,
      event_id bytea NOT NULL,
      event_type bytea NOT NULL,
      source bytea,
      payload bytea);
    ALTER TABLE event ALTER COLUMN payload SET STORAGE EXTERNAL;
    ALTER TABLE event SET (autovacuum_vacuum_scale_factor = 0.02);
    CREATE INDEX event_kind ON event (kind, seq) WHERE fp IS NOT NULL;
    CREATE INDEX event_kept ON event (seq) WHERE payload IS NOT NULL;
    CREATE INDEX event_forgotten ON event (event_id) WHERE fp IS NULL;
    CREATE TABLE handler (
      id serial PRIMARY KEY,
      name bytea NOT NULL UNIQUE,
      cursor bigint NOT NULL,
      checkpoint bytea,
      is_attached boolean NOT NULL,
      is_paused boolean NOT NULL DEFAULT false,
      held bigint NOT NULL DEFAULT 0,
      dead bigint NOT NULL DEFAULT 0);
    CREATE TABLE deferred (
      seq bigint NOT NULL,
      handler integer NOT NULL,
      state smallint NOT NULL,
      lane bytea NOT NULL,
      attempts bigint NOT NULL,
      first_attempt_at bigint,
      due_at bigint NOT NULL,
      last_error bytea,
      outbox bytea,
      PRIMARY KEY (seq, handler));
    CREATE INDEX deferred_held ON deferred (handler, lane, seq) WHERE state < 2;
    CREATE INDEX deferred_dead ON deferred (handler, seq) WHERE state = 2;
    CREATE TABLE quarantine (
      number bigint PRIMARY KEY,
      class smallint NOT NULL,
      client bytea NOT NULL,
      size bigint NOT NULL,
      digest uuid,
      seen bigint NOT NULL DEFAULT 1,
      last_seen_at bigint NOT NULL,
      last_headers bytea,
      received_at bigint NOT NULL,
      reason text NOT NULL,
      detail bytea NOT NULL,
      remote bytea NOT NULL,
      path bytea NOT NULL,
      query bytea,
      headers bytea NOT NULL,
      body bytea NOT NULL);
    """ + PostgresFunctions.version1
}
