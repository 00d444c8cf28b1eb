-- A label of a jurisdiction or an item stands on a classification record. Those that were there before records were kept stand on their
-- basis alone, and are told as such; from here on there is none without.
ALTER TABLE label ADD COLUMN classification_id uuid REFERENCES classification_record;
DO $$ BEGIN
  EXECUTE format(
    'ALTER TABLE label ADD CONSTRAINT label_classified CHECK (
       dimension NOT IN (''jurisdiction'', ''item'') OR classification_id IS NOT NULL OR classified_at < %L::timestamptz)',
    clock_timestamp());
END $$;
CREATE INDEX label_classification ON label (classification_id) WHERE classification_id IS NOT NULL;

-- How strict a jurisdiction is, and what a label calls a line: a paragraph of the USML, an ECCN, EAR99.
CREATE FUNCTION jurisdiction_strictness(jurisdiction text) RETURNS integer IMMUTABLE PARALLEL SAFE LANGUAGE sql
  RETURN array_position(ARRAY['neither', 'ear', 'itar', 'unknown'], jurisdiction);
CREATE FUNCTION item_strictness(item text) RETURNS integer IMMUTABLE PARALLEL SAFE LANGUAGE sql
  RETURN CASE WHEN item = 'ear99' THEN 1 WHEN item ~ '^[0-9]' THEN 2 ELSE 3 END;

-- INVARIANT: what a label means is the stricter of its own name and of what the record says that holds now. Where that record says
-- nothing, or several things of which the label is none, nobody knows what it means: null, and an unknown label refuses.
CREATE FUNCTION label_reading(dimension text, value text, jurisdiction text, items text[]) RETURNS text
IMMUTABLE PARALLEL SAFE LANGUAGE sql
RETURN CASE
  WHEN jurisdiction IS NULL OR jurisdiction = 'unknown' THEN NULL
  WHEN dimension = 'jurisdiction' THEN
    CASE WHEN jurisdiction_strictness(jurisdiction) > jurisdiction_strictness(value) THEN jurisdiction ELSE value END
  WHEN value = ANY (items) THEN value
  -- Lowered: files keep what they are labelled until they are reclassified.
  WHEN cardinality(items) = 0 OR item_strictness(items[1]) < item_strictness(value) THEN value
  WHEN cardinality(items) = 1 THEN items[1]
END;

CREATE OR REPLACE VIEW file_label_known AS
SELECT fqn, dimension, value
  FROM (SELECT l.fqn, l.dimension,
               CASE WHEN l.classification_id IS NULL THEN l.value
                    ELSE label_reading(l.dimension, l.value, h.jurisdiction, h.items) END AS value
          FROM label l LEFT JOIN classification_holding h ON h.record_id = l.classification_id
         WHERE l.active) read
 WHERE value IS NOT NULL;

CREATE OR REPLACE FUNCTION file_label_known_as_of(at timestamptz)
RETURNS TABLE (fqn text, dimension text, value text)
LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT read.fqn, read.dimension, read.value
    FROM (SELECT l.fqn, l.dimension,
                 CASE WHEN l.classification_id IS NULL THEN l.value
                      ELSE label_reading(l.dimension, l.value, h.jurisdiction, h.items) END AS value
            FROM label l LEFT JOIN LATERAL classification_holding_as_of(l.classification_id, at) h ON true
           WHERE l.active AND l.classified_at <= at) read
   WHERE read.value IS NOT NULL;
END;
