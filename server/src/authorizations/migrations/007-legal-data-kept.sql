-- Every version of legal data as a whole, by its digest: canonical JSON. What was loaded before has its rows alone. What somebody asked
-- for and nobody has approved was never loaded.
ALTER TABLE legal_data ADD COLUMN content text;
ALTER TABLE legal_data ALTER COLUMN loaded_at DROP NOT NULL;
