-- How far somebody is with a refusal; none has a row before somebody looked at it.
CREATE TABLE refusal_triage (
  -- The refusal: the entry of its decision.
  decision_id uuid PRIMARY KEY,
  state text NOT NULL CHECK (state IN ('looking', 'harmless', 'incident')),
  note text NOT NULL CHECK (note <> ''),
  by uuid NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);
