-- Who holds a role, among many who hold others.
CREATE INDEX person_standing ON person USING gin (roles) WHERE status = 'us-person';
-- Of whom one change was asked for or approved by somebody.
CREATE INDEX person_version_hands ON person_version USING gin (array_append(approved_by, changed_by))
  WHERE cardinality(approved_by) > 0;
