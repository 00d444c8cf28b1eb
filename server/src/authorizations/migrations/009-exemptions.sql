-- What exemptions ask for, as part of the legal data that was loaded; none in data from before.
ALTER TABLE legal_data ADD COLUMN exemptions jsonb;
