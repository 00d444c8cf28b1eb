-- How long each kind holds at most, as part of the legal data that was loaded; none in data from before.
ALTER TABLE legal_data ADD COLUMN validity jsonb;
-- Who overlaps with whom is looked up when an authorization is registered, among those that wait as well.
CREATE INDEX authorization_record_persons_open ON authorization_record USING gin (persons) WHERE state <> 'ended';
CREATE INDEX authorization_record_parties_open ON authorization_record USING gin (foreign_parties) WHERE state <> 'ended';
CREATE INDEX authorization_record_replaces ON authorization_record ((terms ->> 'replaces')) WHERE state <> 'ended';
