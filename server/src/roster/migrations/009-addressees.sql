-- Whom somebody can mean by a name or an address: nobody who has ended, and so nobody who was merged.
CREATE INDEX person_by_mail ON person (lower(mail));
CREATE VIEW roster_addressee AS
SELECT p.id AS person_id, p.display_name, p.mail FROM person p WHERE p.status <> 'ended';
