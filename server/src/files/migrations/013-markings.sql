-- Labels of dissemination lists, categories of CUI, and distribution statements.
ALTER TABLE label DROP CONSTRAINT label_dimension_check;
ALTER TABLE label ADD CONSTRAINT label_dimension_check
  CHECK (dimension IN ('jurisdiction', 'program', 'item', 'dissem', 'relto', 'cui', 'distribution'));
