-- What a team would write on PostgreSQL: the balance in a row that is locked, every change an event, a command's id
-- unique among the events. One call of a function is one command; one of the batch functions is a thousand in one
-- transaction, checked one by one in their order.
CREATE TABLE entities (
  id integer PRIMARY KEY,
  available bigint NOT NULL CHECK (available >= 0),
  version bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);  -- room for the next version of a row on its own page
CREATE TABLE events (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  command uuid NOT NULL UNIQUE,
  entity integer NOT NULL,
  kind text NOT NULL,
  subject text NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE members (
  entity integer NOT NULL,
  person text NOT NULL,
  PRIMARY KEY (entity, person)
);

-- true: done; false: refused by the rules. The same id again breaks the unique constraint and so takes all of it back.
CREATE FUNCTION debit(the_command uuid, the_entity integer, the_subject text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  UPDATE entities SET available = available - 1, version = version + 1 WHERE id = the_entity AND available >= 1;
  IF NOT FOUND THEN RETURN false; END IF;
  INSERT INTO events (command, entity, kind, subject) VALUES (the_command, the_entity, 'CreditDebited', the_subject);
  RETURN true;
END $$;

CREATE FUNCTION seat(the_command uuid, the_entity integer, the_subject text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  UPDATE entities SET available = available - 1, version = version + 1 WHERE id = the_entity AND available >= 1;
  IF NOT FOUND THEN RETURN false; END IF;
  INSERT INTO members (entity, person) VALUES (the_entity, the_subject);
  INSERT INTO events (command, entity, kind, subject) VALUES (the_command, the_entity, 'SeatTaken', the_subject);
  RETURN true;
END $$;

-- How many were refused. The events of all that were not are inserted at once.
CREATE FUNCTION debit_batch(commands uuid[], entity_ids integer[], subjects text[]) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  done boolean[] := array_fill(false, ARRAY[cardinality(commands)]);
  refused bigint := 0;
BEGIN
  FOR i IN 1 .. cardinality(commands) LOOP
    UPDATE entities SET available = available - 1, version = version + 1 WHERE id = entity_ids[i] AND available >= 1;
    IF FOUND THEN done[i] := true; ELSE refused := refused + 1; END IF;
  END LOOP;
  INSERT INTO events (command, entity, kind, subject)
    SELECT c, e, 'CreditDebited', s FROM unnest(commands, entity_ids, subjects, done) AS t(c, e, s, d) WHERE d;
  RETURN refused;
END $$;

CREATE FUNCTION seat_batch(commands uuid[], entity_ids integer[], subjects text[]) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  done boolean[] := array_fill(false, ARRAY[cardinality(commands)]);
  refused bigint := 0;
BEGIN
  FOR i IN 1 .. cardinality(commands) LOOP
    UPDATE entities SET available = available - 1, version = version + 1 WHERE id = entity_ids[i] AND available >= 1;
    IF FOUND THEN done[i] := true; ELSE refused := refused + 1; END IF;
  END LOOP;
  INSERT INTO members (entity, person)
    SELECT e, s FROM unnest(entity_ids, subjects, done) AS t(e, s, d) WHERE d;
  INSERT INTO events (command, entity, kind, subject)
    SELECT c, e, 'SeatTaken', s FROM unnest(commands, entity_ids, subjects, done) AS t(c, e, s, d) WHERE d;
  RETURN refused;
END $$;
