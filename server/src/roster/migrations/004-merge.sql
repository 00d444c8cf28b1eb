-- Records that turned out to be of one human being, and a record that turned out to be of two. Pointers beside the people, so that
-- neither record loses anything: whoever reads the past follows them.
CREATE TABLE person_merge (
  -- Once for good: a duplicate has ended, and nothing brings it back.
  duplicate_id uuid PRIMARY KEY REFERENCES person,
  kept_id uuid NOT NULL REFERENCES person,
  entry_id uuid NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  CHECK (kept_id <> duplicate_id)
);
CREATE INDEX person_merge_kept ON person_merge (kept_id);

CREATE TABLE person_split (
  new_id uuid PRIMARY KEY REFERENCES person,
  old_id uuid NOT NULL REFERENCES person,
  entry_id uuid NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  CHECK (old_id <> new_id)
);
CREATE INDEX person_split_old ON person_split (old_id);

CREATE FUNCTION refuse_person_pointer_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
CREATE TRIGGER person_merge_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON person_merge
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_person_pointer_change();
CREATE TRIGGER person_split_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON person_split
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_person_pointer_change();

ALTER TABLE person DROP CONSTRAINT person_ended_kind_check;
ALTER TABLE person ADD CONSTRAINT person_ended_kind_check CHECK (ended_kind IN ('left', 'status-ended', 'merged'));

-- INVARIANT: a merged record stays as it is, whatever code path comes to it. Its key may still be erased or wrapped anew.
CREATE FUNCTION refuse_merged_person_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF to_jsonb(NEW) - 'person_key' <> to_jsonb(OLD) - 'person_key' THEN
    RAISE EXCEPTION 'person % was merged into another record', OLD.id;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER person_merged_stays BEFORE UPDATE ON person FOR EACH ROW WHEN (OLD.ended_kind = 'merged')
  EXECUTE FUNCTION refuse_merged_person_change();
