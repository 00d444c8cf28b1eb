-- Whether a founder is an empowered official besides (22 CFR 120.67).
ALTER TABLE founder ADD COLUMN is_official boolean NOT NULL DEFAULT false;
