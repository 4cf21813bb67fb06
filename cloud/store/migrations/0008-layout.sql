-- What people call the bays and devices of a site, from its newest layout.
ALTER TABLE sites ADD COLUMN layout jsonb;

UPDATE sites s SET layout = (
  SELECT jsonb_build_object('bays', e.data -> 'bays', 'devices', e.data -> 'devices')
  FROM events e WHERE e.site = s.site AND e.type = 'liftgate.site.layout.v1' ORDER BY e.time DESC, e.id DESC LIMIT 1
);
