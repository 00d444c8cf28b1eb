-- What the roster keeps about people besides status: how they come to be here, and the facts that coverage rests on.
ALTER TABLE person
  ADD COLUMN kind text NOT NULL DEFAULT 'employee'
    CHECK (kind IN ('employee', 'contractor', 'visitor', 'vendor-staff', 'service-owner')),
  ADD COLUMN external_id text CHECK (external_id <> ''),
  -- The external id folded, so that two spellings of one id are one.
  ADD COLUMN external_id_key text UNIQUE,
  ADD COLUMN regular_employee_basis text CHECK (regular_employee_basis IN ('direct-permanent', 'long-term-contract')),
  ADD COLUMN acts_for_foreign_employer boolean NOT NULL DEFAULT false,
  ADD COLUMN nda_signed_on date,
  ADD COLUMN briefed_on date,
  ADD COLUMN reviewed_at timestamptz,
  -- How this version came about: by whom, who approved it, why (sealed under the person's own key), in which entry.
  ADD COLUMN change text NOT NULL DEFAULT 'added',
  ADD COLUMN changed_by uuid,
  ADD COLUMN approved_by uuid[] NOT NULL DEFAULT '{}',
  ADD COLUMN change_reason bytea,
  ADD COLUMN change_entry uuid,
  ADD CHECK (is_regular_employee OR regular_employee_basis IS NULL),
  ADD CHECK (has_nda OR nda_signed_on IS NULL),
  ADD CHECK ((external_id IS NULL) = (external_id_key IS NULL)),
  ADD CHECK (id <> ALL (approved_by)),
  ADD CHECK (changed_by <> ALL (approved_by));

-- Every version of every person, as it was (22 CFR 122.5). Never the person's key: erasing that makes what is sealed here
-- unreadable too. Countries only where the version is of a foreign person.
CREATE TABLE person_version (
  person_id uuid NOT NULL REFERENCES person,
  version integer NOT NULL,
  valid_from timestamptz NOT NULL,
  display_name text NOT NULL,
  kind text NOT NULL,
  external_id text,
  employer text,
  is_regular_employee boolean NOT NULL,
  regular_employee_basis text,
  acts_for_foreign_employer boolean NOT NULL,
  has_nda boolean NOT NULL,
  nda_signed_on date,
  briefed_on date,
  reviewed_at timestamptz,
  roles text[] NOT NULL,
  assignments jsonb NOT NULL,
  status text NOT NULL,
  basis text,
  verified_by uuid,
  verified_at timestamptz,
  evidence_ref text,
  sealed_ties bytea CHECK (sealed_ties IS NULL OR status = 'foreign-person'),
  ended_kind text,
  ended_by uuid,
  ended_at timestamptz,
  change text NOT NULL,
  changed_by uuid,
  approved_by uuid[] NOT NULL,
  change_reason bytea,
  change_entry uuid,
  PRIMARY KEY (person_id, version)
);
CREATE UNIQUE INDEX person_version_valid_from ON person_version (person_id, valid_from);

-- INVARIANT: no change without a version. What does not count one up is counted up here.
CREATE FUNCTION person_counts_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.version <= OLD.version
     AND to_jsonb(NEW) - '{version,person_key}'::text[] <> to_jsonb(OLD) - '{version,person_key}'::text[] THEN
    NEW.version := OLD.version + 1;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER person_counts_up BEFORE UPDATE ON person FOR EACH ROW EXECUTE FUNCTION person_counts_up();

-- Kept at the end of the transaction, under the lock of the person's row: times of one person's versions only grow, and
-- assignments are as that transaction leaves them. In whole milliseconds, as the product tells them: a question that names the
-- time of a version gets that version.
CREATE FUNCTION keep_person_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO person_version
  SELECT p.id, p.version,
         greatest(date_trunc('milliseconds', clock_timestamp()),
                  (SELECT max(v.valid_from) + interval '1 millisecond' FROM person_version v WHERE v.person_id = p.id)),
         p.display_name, p.kind, p.external_id, p.employer, p.is_regular_employee, p.regular_employee_basis,
         p.acts_for_foreign_employer, p.has_nda, p.nda_signed_on, p.briefed_on, p.reviewed_at, p.roles,
         coalesce((SELECT jsonb_agg(jsonb_build_object('program', a.program, 'purpose', a.purpose)
                                    ORDER BY a.program, a.purpose)
                     FROM person_assignment a WHERE a.person_id = p.id), '[]'),
         p.status, p.basis, p.verified_by, p.verified_at, p.evidence_ref,
         CASE WHEN p.status = 'foreign-person' THEN p.sealed_ties END,
         p.ended_kind, p.ended_by, p.ended_at, p.change, p.changed_by, p.approved_by, p.change_reason, p.change_entry
    FROM person p
   WHERE p.id = NEW.id
  ON CONFLICT (person_id, version) DO NOTHING;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER person_version_kept AFTER INSERT OR UPDATE ON person
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION keep_person_version();

CREATE FUNCTION refuse_person_version_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'person_version is append-only';
END $$;
CREATE TRIGGER person_version_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON person_version
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_person_version_change();

-- People who were here before versions were kept begin with the one that they are.
INSERT INTO person_version
SELECT p.id, p.version, date_trunc('milliseconds', coalesce(p.ended_at, p.verified_at, now())), p.display_name, p.kind, p.external_id, p.employer,
       p.is_regular_employee, p.regular_employee_basis, p.acts_for_foreign_employer, p.has_nda, p.nda_signed_on,
       p.briefed_on, p.reviewed_at, p.roles,
       coalesce((SELECT jsonb_agg(jsonb_build_object('program', a.program, 'purpose', a.purpose)
                                  ORDER BY a.program, a.purpose)
                   FROM person_assignment a WHERE a.person_id = p.id), '[]'),
       p.status, p.basis, p.verified_by, p.verified_at, p.evidence_ref,
       CASE WHEN p.status = 'foreign-person' THEN p.sealed_ties END,
       p.ended_kind, p.ended_by, p.ended_at, p.change, p.changed_by, p.approved_by, p.change_reason, p.change_entry
  FROM person p;

-- Rules that counsel decides, each off until somebody turned it on. The ledger holds every earlier state.
CREATE TABLE roster_setting (
  name text PRIMARY KEY CHECK (name IN ('foreign-employer-bars')),
  is_on boolean NOT NULL,
  set_by uuid,
  set_at timestamptz NOT NULL DEFAULT now(),
  reason text NOT NULL CHECK (reason <> '')
);
INSERT INTO roster_setting (name, is_on, reason)
VALUES ('foreign-employer-bars', false, 'a recorded fact without effect until counsel decides');

-- How often everybody in a role is looked at again. An overdue review is a task, never a refusal.
CREATE TABLE review_interval (
  role text NOT NULL CHECK (role IN ('engineer', 'officer', 'administrator', 'auditor')),
  task text NOT NULL CHECK (task IN ('status-review', 'briefing')),
  months integer NOT NULL CHECK (months BETWEEN 1 AND 120),
  set_by uuid NOT NULL,
  set_at timestamptz NOT NULL DEFAULT now(),
  reason text NOT NULL CHECK (reason <> ''),
  PRIMARY KEY (role, task)
);

CREATE OR REPLACE VIEW roster_subject AS
SELECT p.id AS person_id,
       p.version,
       p.status,
       p.roles,
       coalesce((SELECT jsonb_agg(jsonb_build_object('program', a.program, 'purpose', a.purpose)
                                  ORDER BY a.program, a.purpose)
                   FROM person_assignment a WHERE a.person_id = p.id), '[]') AS assignments,
       p.employer,
       p.is_regular_employee,
       p.has_nda,
       CASE WHEN p.status = 'foreign-person' THEN p.sealed_ties END AS sealed_ties,
       p.person_key,
       p.acts_for_foreign_employer
         AND (SELECT s.is_on FROM roster_setting s WHERE s.name = 'foreign-employer-bars') AS acts_for_foreign_employer
  FROM person p;
