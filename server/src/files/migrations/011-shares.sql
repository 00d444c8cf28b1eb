-- That somebody was told of a file, or everybody of a program was. It gives nothing: who may open the file is decided each time.
CREATE TABLE file_share (
  id uuid PRIMARY KEY,
  file_id uuid NOT NULL REFERENCES protected_file,
  person_id uuid,
  program text CHECK (program <> ''),
  shared_by uuid NOT NULL,
  shared_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended_at timestamptz,
  ended_by uuid,
  CHECK (num_nonnulls(person_id, program) = 1),
  CHECK (person_id <> shared_by),
  CHECK ((ended_at IS NULL) = (ended_by IS NULL))
);
CREATE UNIQUE INDEX file_share_once ON file_share (file_id, shared_by, coalesce(person_id::text, program)) WHERE ended_at IS NULL;
CREATE INDEX file_share_person ON file_share (person_id, shared_at DESC) WHERE ended_at IS NULL;
CREATE INDEX file_share_program ON file_share (program, shared_at DESC) WHERE ended_at IS NULL;
CREATE INDEX file_share_by ON file_share (shared_by, shared_at);
