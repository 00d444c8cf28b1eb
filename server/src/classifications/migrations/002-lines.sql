-- Which line each record is of, by the record at its end, in force or not.
CREATE VIEW classification_line AS SELECT id AS record_id, head AS head_id FROM classification_record WHERE head IS NOT NULL;
