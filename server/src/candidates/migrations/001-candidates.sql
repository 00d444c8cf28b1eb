-- Refusals that may call for the immediate notice of 22 CFR 126.1(e)(2). That there is one about somebody tells of a country of theirs,
-- so that whom it is about and which refusal it was are sealed; `mark` and `day_mark` compare without telling either.
CREATE TABLE candidate (
  id uuid PRIMARY KEY,
  -- Of the person, the matter and the day.
  mark bytea NOT NULL UNIQUE CHECK (length(mark) = 32),
  -- Of the person and the day.
  day_mark bytea NOT NULL CHECK (length(day_mark) = 32),
  -- Whom it is about, under the key of the roster.
  subject bytea NOT NULL,
  -- The matter and its first refusal, under the person's own key.
  sealed_matter bytea NOT NULL,
  refusals integer NOT NULL DEFAULT 1 CHECK (refusals > 0),
  opened_at timestamptz NOT NULL DEFAULT now(),
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'case', 'dismissed', 'notified', 'not-notified')),
  -- Whether it was a proposal, and why, under the person's own key.
  sealed_decision bytea,
  decided_by uuid,
  decided_at timestamptz,
  -- How the case was closed, under the person's own key.
  sealed_closing bytea,
  closed_by uuid,
  closed_at timestamptz,
  CHECK ((state = 'open') = (sealed_decision IS NULL)),
  CHECK ((sealed_decision IS NULL) = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)),
  -- No case is closed without a filing reference or a written reason.
  CHECK ((state IN ('notified', 'not-notified')) = (sealed_closing IS NOT NULL)),
  CHECK ((sealed_closing IS NULL) = (closed_by IS NULL) AND (closed_by IS NULL) = (closed_at IS NULL))
);
CREATE INDEX candidate_by_day ON candidate (day_mark);
CREATE INDEX candidate_by_state ON candidate (state, id);

-- Kept for as long as the law asks: nothing here is ever deleted.
CREATE FUNCTION refuse_candidate_deletion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'candidates are kept';
END $$;
CREATE TRIGGER candidate_kept BEFORE DELETE OR TRUNCATE ON candidate
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_candidate_deletion();

-- How far the ledger's refusals were looked at: index of the last one.
CREATE TABLE candidate_position (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  last_index bigint NOT NULL
);
INSERT INTO candidate_position (last_index) VALUES (-1);
