-- What people drew and labelled on the site page, one row for each bay of a camera: outlines, measures with their labels,
-- models. No pictures. It stays on site.
CREATE TABLE calibration (
  camera     TEXT    NOT NULL,
  bay        TEXT    NOT NULL,
  -- Counts the changes: whoever names an older one is refused.
  revision   INTEGER NOT NULL,
  body       TEXT    NOT NULL,
  PRIMARY KEY (camera, bay)
) STRICT;
