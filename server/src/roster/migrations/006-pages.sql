-- The roster by name, a page at a time, and what changed between two moments.
CREATE INDEX person_by_name ON person (lower(display_name), id);
CREATE INDEX person_version_from ON person_version (valid_from, person_id);
