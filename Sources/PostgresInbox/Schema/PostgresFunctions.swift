/// The functions in the database: what must be read after a lock was taken, in one round trip. Each statement in a
/// function has a snapshot of its own, so what follows the lock sees what others committed before they let go of it.
enum PostgresFunctions {
  static let version1 = beginBatch + record + prune

  /// Takes the head row if asked to, and tells what is needed to decide about these ids.
  private static let beginBatch = """

    CREATE FUNCTION begin_batch(
      fps uuid[], takes boolean,
      OUT last bigint, OUT steady_at bigint, OUT bytes bigint, OUT scopes_version bigint,
      OUT lowest_cursor bigint, OUT held bigint, OUT known uuid[],
      OUT horizons bigint[], OUT has_forgotten boolean[], OUT unstamped bigint[], OUT stamped bigint[])
    LANGUAGE plpgsql AS $$
    BEGIN
      IF takes THEN PERFORM 1 FROM head FOR UPDATE; END IF;
      SELECT h.last, h.steady_at, h.bytes, h.scopes_version INTO last, steady_at, bytes, scopes_version FROM head h;
      SELECT min(a.cursor), coalesce(sum(a.held), 0)::bigint INTO lowest_cursor, held
        FROM handler a WHERE a.is_attached;
      SELECT array_agg(s.horizon ORDER BY s.number), array_agg(s.has_forgotten ORDER BY s.number),
          array_agg(s.unstamped ORDER BY s.number), array_agg(s.stamped ORDER BY s.number)
        INTO horizons, has_forgotten, unstamped, stamped FROM scope s;
      SELECT coalesce(array_agg(e.fp), '{}') INTO known FROM event e WHERE e.fp = ANY(fps);
    END $$;
    """

  /// Writes a step forward of one handler; false where there is no such handler.
  private static let record = """

    CREATE FUNCTION record_progress(
      for_name bytea, new_cursor bigint, new_checkpoint bytea, removed bigint[],
      seqs bigint[], states smallint[], lanes bytea[], tries bigint[], firsts bigint[], dues bigint[],
      errors bytea[], outboxes bytea[])
    RETURNS boolean LANGUAGE plpgsql AS $$
    DECLARE
      h handler%ROWTYPE;
      old smallint;
      held_change bigint := 0;
      dead_change bigint := 0;
      i integer;
    BEGIN
      SELECT * INTO h FROM handler WHERE name = for_name FOR UPDATE;
      IF NOT FOUND THEN RETURN false; END IF;
      WITH gone AS (DELETE FROM deferred WHERE handler = h.id AND seq = ANY(removed) RETURNING state)
        SELECT -count(*) FILTER (WHERE state < 2), -count(*) FILTER (WHERE state = 2)
        INTO held_change, dead_change FROM gone;
      FOR i IN 1..coalesce(array_length(seqs, 1), 0) LOOP
        SELECT state INTO old FROM deferred WHERE seq = seqs[i] AND handler = h.id;
        IF FOUND THEN
          held_change := held_change - (old < 2)::int;
          dead_change := dead_change - (old = 2)::int;
        END IF;
        -- A delivery of nothing could never end.
        INSERT INTO deferred AS d
          (seq, handler, state, lane, attempts, first_attempt_at, due_at, last_error, outbox)
          SELECT e.seq, h.id, states[i], lanes[i], tries[i], firsts[i], dues[i], errors[i], nullif(outboxes[i], '')
          FROM event e WHERE e.seq = seqs[i] AND e.payload IS NOT NULL
          ON CONFLICT (seq, handler) DO UPDATE SET
            state = excluded.state, lane = excluded.lane, attempts = excluded.attempts,
            first_attempt_at = excluded.first_attempt_at, due_at = excluded.due_at,
            last_error = excluded.last_error,
            outbox = CASE WHEN excluded.state > 2 OR outboxes[i] = '' THEN NULL
              ELSE coalesce(excluded.outbox, d.outbox) END;
        IF FOUND THEN
          held_change := held_change + (states[i] < 2)::int;
          dead_change := dead_change + (states[i] = 2)::int;
        END IF;
      END LOOP;
      UPDATE handler SET
        cursor = greatest(cursor, least(new_cursor, (SELECT last FROM head))),
        checkpoint = coalesce(new_checkpoint, checkpoint),
        held = held + held_change, dead = dead + dead_change
        WHERE id = h.id;
      RETURN true;
    END $$;
    """

  /// Looks at the next events after one and prunes those that are old enough and held by no attached handler. The first
  /// that is too young ends it, since events are accepted in the order of their sequences.
  private static let prune = """

    CREATE FUNCTION prune_events(
      after_seq bigint, settled bigint, cut bigint, at_most bigint,
      OUT pruned bigint, OUT freed bigint, OUT reached bigint, OUT seen bigint)
    LANGUAGE plpgsql AS $$
    DECLARE
      gone bigint[];
    BEGIN
      WITH looked AS (
        SELECT e.seq, e.accepted_at, octet_length(e.payload) + 512 AS size FROM event e
        WHERE e.payload IS NOT NULL AND e.seq > after_seq AND e.seq <= settled ORDER BY e.seq LIMIT at_most
      ), old AS (
        SELECT * FROM looked
        WHERE seq < coalesce((SELECT min(seq) FROM looked WHERE accepted_at >= cut), settled + 1)
      ), free AS (
        SELECT * FROM old o WHERE NOT EXISTS (
          SELECT 1 FROM deferred d JOIN handler h ON h.id = d.handler
          WHERE d.seq = o.seq AND d.state < 3 AND h.is_attached)
      )
      SELECT (SELECT count(*) FROM free), (SELECT coalesce(sum(size), 0)::bigint FROM free),
        (SELECT coalesce(max(seq), after_seq) FROM old), (SELECT count(*) FROM old),
        (SELECT array_agg(seq) FROM free)
        INTO pruned, freed, reached, seen, gone;
      DELETE FROM deferred WHERE seq = ANY(gone);
      DELETE FROM event WHERE seq = ANY(gone) AND fp IS NULL;
      UPDATE event SET payload = NULL WHERE seq = ANY(gone) AND fp IS NOT NULL;
      UPDATE head SET bytes = head.bytes - freed WHERE freed > 0;
    END $$;
    """
}
