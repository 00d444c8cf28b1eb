-- What labels of other systems mean here, every version of it; no labels is a label that means nothing any more, and so is unknown.
CREATE TABLE label_mapping (
  -- `opentdf:...`, `microsoft:<tenant>/<label>`, `google:<label>/<field>/<choice>`.
  outside text NOT NULL CHECK (outside <> ''),
  version integer NOT NULL CHECK (version > 0),
  labels text[] NOT NULL,
  basis text NOT NULL CHECK (btrim(basis) <> ''),
  changed_by uuid NOT NULL,
  approved_by uuid[] NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  entry_id uuid NOT NULL,
  PRIMARY KEY (outside, version),
  CHECK (changed_by <> ALL (approved_by))
);

CREATE FUNCTION refuse_label_mapping_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'label_mapping is append-only';
END $$;
CREATE TRIGGER label_mapping_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON label_mapping
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_label_mapping_change();
