-- What the decision point reads about a moment of the past. Ending one counts its version up, and changes no term of it.
CREATE FUNCTION authorization_effective_as_of(at timestamptz)
RETURNS TABLE (authorization_id uuid, version integer, terms jsonb, persons uuid[], foreign_parties text[])
LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT a.id, CASE WHEN a.state = 'ended' THEN a.version - 1 ELSE a.version END, a.terms, a.persons, a.foreign_parties
    FROM authorization_record a
   WHERE a.effective_at IS NOT NULL AND a.effective_at <= at AND (a.ended_at IS NULL OR a.ended_at > at);
END;
CREATE INDEX authorization_record_persons_past ON authorization_record USING gin (persons) WHERE effective_at IS NOT NULL;
CREATE INDEX authorization_record_parties_past ON authorization_record USING gin (foreign_parties)
  WHERE effective_at IS NOT NULL;
