-- Whoever watches over refusals and sign-ins is a role of its own.
ALTER TABLE person DROP CONSTRAINT person_roles_check;
ALTER TABLE person ADD CONSTRAINT person_roles_check
  CHECK (roles <@ ARRAY['engineer', 'officer', 'administrator', 'auditor', 'analyst', 'empowered-official']);
ALTER TABLE review_interval DROP CONSTRAINT review_interval_role_check;
ALTER TABLE review_interval ADD CONSTRAINT review_interval_role_check
  CHECK (role IN ('engineer', 'officer', 'administrator', 'auditor', 'analyst', 'empowered-official'));
