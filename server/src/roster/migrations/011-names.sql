-- By what people are found when somebody knows a name, written by whoever writes the name (`nameColumns`): what it looks like, and
-- its words as they look. The file's fill writes them for people who were here before (names/fill-names.ts).
ALTER TABLE person
  ADD COLUMN name_look text,
  ADD COLUMN name_words tsvector,
  ADD COLUMN external_id_look text;
