-- Splits the three large tables of Quire by document, for vacuum and indexes of a bearable size.
-- With all nodes ended and a backup made, as the user that owns the database:
--   psql --set=ON_ERROR_STOP=1 --single-transaction "$DATABASE_URL" --file=partitions.sql
-- It copies every row, and needs the space for that. Quire's statements stay as they are.
DO $$
DECLARE
  -- So many that each stays below some ten GB: it is not easily changed later.
  parts CONSTANT int := 16;
  name text;
  -- What was set of it by ALTER TABLE, such as for autovacuum.
  settings text;
BEGIN
  FOREACH name IN ARRAY ARRAY['updates', 'runs', 'snapshots'] LOOP
    SELECT 'WITH (' || array_to_string(reloptions, ', ') || ')' INTO settings
      FROM pg_class WHERE oid = name::regclass;
    EXECUTE format('ALTER TABLE %I RENAME TO %I', name, name || '_whole');
    EXECUTE format(
      'CREATE TABLE %I (LIKE %I INCLUDING ALL) PARTITION BY HASH (document)', name, name || '_whole');
    FOR part IN 0 .. parts - 1 LOOP
      EXECUTE format(
        'CREATE TABLE %I PARTITION OF %I FOR VALUES WITH (MODULUS %s, REMAINDER %s) %s',
        name || '_' || part, name, parts, part, settings);
    END LOOP;
    EXECUTE format('INSERT INTO %I SELECT * FROM %I', name, name || '_whole');
    EXECUTE format('DROP TABLE %I', name || '_whole');
  END LOOP;
END $$;
