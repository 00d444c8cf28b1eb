-- No name without what it is found by.
ALTER TABLE person
  ALTER COLUMN name_look SET NOT NULL,
  ALTER COLUMN name_words SET NOT NULL,
  ADD CONSTRAINT person_external_id_look_check CHECK ((external_id IS NULL) = (external_id_look IS NULL));
CREATE INDEX person_by_look ON person (name_look, id);
CREATE INDEX person_by_words ON person USING gin (name_words);
CREATE INDEX person_by_external_look ON person (external_id_look, id);
-- Whoever has not ended, by name: whom a table of people may not name.
CREATE INDEX person_not_ended_by_name ON person (lower(display_name), id) WHERE status <> 'ended';
