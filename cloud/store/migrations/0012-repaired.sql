-- "Nothing of what is watched was repaired" is a word; "nobody said" is none: then the words of the job count.
ALTER TABLE orders ALTER COLUMN repaired DROP NOT NULL;
ALTER TABLE orders ALTER COLUMN repaired DROP DEFAULT;
UPDATE orders SET repaired = NULL WHERE repaired = '{}';
