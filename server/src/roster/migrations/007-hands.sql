-- Every record in which those of somebody go on: what they were merged into, and what was split off from them, which may be of
-- whoever acted under the old one. For rules that bar a human being from what they decided themselves.
CREATE FUNCTION roster_hands(ids uuid[]) RETURNS uuid[] LANGUAGE sql STABLE AS $$
  WITH RECURSIVE hand AS (
    SELECT unnest(ids) AS id
    UNION
    SELECT next.id
      FROM hand
      JOIN LATERAL (SELECT m.kept_id AS id FROM person_merge m WHERE m.duplicate_id = hand.id
                    UNION ALL
                    SELECT s.new_id FROM person_split s WHERE s.old_id = hand.id) next ON true
  )
  SELECT coalesce(array_agg(id), '{}') FROM hand
$$;
