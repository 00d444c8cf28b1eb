-- What the decision point reads about a moment of the past. Vaults keep the labels that they were made with.
CREATE FUNCTION file_registered_as_of(at timestamptz)
RETURNS TABLE (file_id uuid, vault_id uuid, labels text[], state text)
LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT f.id, f.vault_id, f.labels, CASE WHEN f.deleted_at > at THEN 'stored' ELSE f.state END
    FROM protected_file f
   WHERE f.protected_at <= at;
END;

CREATE FUNCTION file_label_added_as_of(at timestamptz)
RETURNS TABLE (file_id uuid, labels text[])
LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT DISTINCT ON (a.file_id) a.file_id, a.labels
    FROM file_added_label a
   WHERE a.changed_at <= at
   ORDER BY a.file_id, a.version DESC;
END;

CREATE FUNCTION file_label_known_as_of(at timestamptz)
RETURNS TABLE (fqn text, dimension text, value text)
LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT l.fqn, l.dimension, l.value FROM label l WHERE l.active AND l.classified_at <= at;
END;

CREATE FUNCTION file_rescued_as_of(at timestamptz)
RETURNS TABLE (rescue_id uuid, file_id uuid, policy_sha256 text, bindings text[], is_stored boolean, labels text[], hands uuid[])
LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT r.id, r.file_id, r.policy_sha256, r.bindings, r.is_stored, r.labels, r.requested_by || r.approved_by
    FROM file_rescue r
   WHERE r.began_at <= at AND (r.ended_at IS NULL OR r.ended_at > at);
END;
