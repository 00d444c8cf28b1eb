-- Labels that two officers set in place of those of one container's manifest: of the exact policy, and of the exact keys that it is
-- bound to. Another policy under the same uuid is another container. Not a foreign key, as for labels that are added.
CREATE TABLE file_rescue (
  -- Of the request that was approved.
  id uuid PRIMARY KEY,
  file_id uuid NOT NULL,
  -- Over the base64 text of the policy, hex.
  policy_sha256 text NOT NULL CHECK (policy_sha256 ~ '^[0-9a-f]{64}$'),
  -- MACs of the policy binding, hex, of every key that the container has.
  bindings text[] NOT NULL CHECK (cardinality(bindings) > 0),
  -- It is the container that is stored here.
  is_stored boolean NOT NULL,
  -- What the file was labelled.
  instead text[] NOT NULL,
  labels text[] NOT NULL CHECK (cardinality(labels) > 0),
  requested_by uuid NOT NULL,
  approved_by uuid[] NOT NULL CHECK (cardinality(approved_by) > 0),
  reason text NOT NULL CHECK (btrim(reason) <> ''),
  began_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  entry_id uuid NOT NULL,
  ended_at timestamptz,
  ended_by uuid,
  ended_reason text,
  ended_entry_id uuid,
  CHECK (requested_by <> ALL (approved_by)),
  CHECK (num_nulls(ended_at, ended_by, ended_reason, ended_entry_id) IN (0, 4))
);
CREATE INDEX file_rescue_file ON file_rescue (file_id);

-- INVARIANT: a rescue is as it was approved until it ends, and ends once.
CREATE FUNCTION refuse_file_rescue_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'UPDATE' OR OLD.ended_at IS NOT NULL
     OR to_jsonb(NEW) - '{ended_at,ended_by,ended_reason,ended_entry_id}'::text[]
        <> to_jsonb(OLD) - '{ended_at,ended_by,ended_reason,ended_entry_id}'::text[] THEN
    RAISE EXCEPTION 'file_rescue is append-only but for its end';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER file_rescue_kept BEFORE UPDATE OR DELETE ON file_rescue
  FOR EACH ROW EXECUTE FUNCTION refuse_file_rescue_change();

-- What the decision point reads.
CREATE VIEW file_rescued AS
SELECT id AS rescue_id, file_id, policy_sha256, bindings, is_stored, labels, requested_by || approved_by AS hands
  FROM file_rescue WHERE ended_at IS NULL;
