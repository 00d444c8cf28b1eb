-- Labels that were added to a file after it was sealed, every version of them (22 CFR 122.5). The policy in a manifest is bound
-- and stays as it is; what stands here applies beside it, wherever the container lies. Not a foreign key: a file may have been
-- sealed straight to the enclave's key and never been registered, and it is known by the uuid of its policy all the same.
CREATE TABLE file_added_label (
  file_id uuid NOT NULL,
  version integer NOT NULL CHECK (version > 0),
  labels text[] NOT NULL,
  changed_by uuid NOT NULL,
  approved_by uuid[] NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  reason text NOT NULL CHECK (btrim(reason) <> ''),
  entry_id uuid NOT NULL,
  PRIMARY KEY (file_id, version),
  CHECK (changed_by <> ALL (approved_by))
);

CREATE FUNCTION refuse_file_added_label_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'file_added_label is append-only';
END $$;
CREATE TRIGGER file_added_label_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON file_added_label
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_file_added_label_change();

-- What the decision point reads: the latest version alone.
CREATE VIEW file_label_added AS
SELECT DISTINCT ON (file_id) file_id, labels FROM file_added_label ORDER BY file_id, version DESC;
