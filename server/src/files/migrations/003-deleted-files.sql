-- A deleted file keeps its row, without its name's claim in the vault: what was here, under which labels, until when. The
-- place of its object stays until the object is removed, so that one that a crash left behind is found again.
ALTER TABLE protected_file
  DROP CONSTRAINT protected_file_state_check,
  DROP CONSTRAINT protected_file_check,
  DROP CONSTRAINT protected_file_check1,
  DROP CONSTRAINT protected_file_check2,
  DROP CONSTRAINT protected_file_vault_id_name_key,
  ADD COLUMN deleted_at timestamptz,
  ADD CONSTRAINT protected_file_state CHECK (state IN ('reserved', 'stored', 'deleted')),
  ADD CONSTRAINT protected_file_sealed CHECK ((state <> 'reserved') = (sealed_bytes IS NOT NULL)),
  ADD CONSTRAINT protected_file_digest CHECK ((state <> 'reserved') = (sha256 IS NOT NULL)),
  ADD CONSTRAINT protected_file_object CHECK (state = 'deleted' OR (state = 'stored') = (object_key IS NOT NULL)),
  ADD CONSTRAINT protected_file_deleted CHECK ((state = 'deleted') = (deleted_at IS NOT NULL));
CREATE UNIQUE INDEX protected_file_name ON protected_file (vault_id, name) WHERE state <> 'deleted';
CREATE INDEX protected_file_leftover ON protected_file (id) WHERE state = 'deleted' AND object_key IS NOT NULL;
