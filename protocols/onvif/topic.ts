/** What a topic is good for. Motion is never occupancy: a parked car does not move. */
type Meaning = 'occupancy' | 'motion' | 'trouble';

interface TopicSpec {
  /** Path without namespace prefixes; a last `*` stands for any one segment. */
  readonly path: string;
  readonly meaning: Meaning;
  /** The `device.health` code that a raised trouble gets. */
  readonly health?: string;
}

/** Analytics, Imaging and DeviceIO topics of ONVIF, and the vendors' own that mean the same. */
const TOPICS: readonly TopicSpec[] = [
  { path: 'RuleEngine/FieldDetector/ObjectsInside', meaning: 'occupancy' },
  { path: 'RuleEngine/ObjectDetection/Object', meaning: 'occupancy' },
  // Axis Object Analytics: the scenario's name is the last segment, Source and Key are empty.
  { path: 'CameraApplicationPlatform/ObjectAnalytics/*', meaning: 'occupancy' },
  { path: 'RuleEngine/MyRuleDetector/VehicleDetect', meaning: 'occupancy' }, // Reolink
  { path: 'RuleEngine/MyRuleDetector/ObjectsInside', meaning: 'occupancy' },
  { path: 'RuleEngine/TPSmartEventDetector/TPSmartEvent', meaning: 'occupancy' }, // TP-Link: IsVehicle, IsPeople
  { path: 'RuleEngine/IntrusionDetector/PerimeterIntrusionZone', meaning: 'occupancy' },

  { path: 'VideoSource/MotionAlarm', meaning: 'motion' },
  { path: 'RuleEngine/CellMotionDetector/Motion', meaning: 'motion' },
  { path: 'RuleEngine/MotionRegionDetector/Motion', meaning: 'motion' },

  { path: 'VideoSource/GlobalSceneChange/*', meaning: 'trouble', health: 'scene-changed' },
  { path: 'VideoSource/ImageTooDark/*', meaning: 'trouble', health: 'too-dark' },
  { path: 'VideoSource/ImageTooBright/*', meaning: 'trouble', health: 'too-bright' },
  { path: 'VideoSource/ImageTooBlurry/*', meaning: 'trouble', health: 'too-blurry' },
  { path: 'VideoSource/ImpairedVisibility', meaning: 'trouble', health: 'impaired-view' },
  { path: 'VideoSource/SignalLoss', meaning: 'trouble', health: 'signal-lost' },
  { path: 'RuleEngine/TamperDetector/Tamper', meaning: 'trouble', health: 'tampered' },
];

/** `tns1:Device/tnsaxis:IO/Port` → `Device/IO/Port`: which prefix stands for which namespace is the sender's choice. */
export function topicPath(text: string): string {
  return text
    .trim()
    .split('/')
    .filter((s) => s !== '' && s !== '.')
    .map((s) => s.slice(s.lastIndexOf(':') + 1))
    .join('/');
}

/** Looks a path up in the table; null for a topic that Liftgate has no use for. */
export function topicSpec(path: string): TopicSpec | null {
  const parent = path.slice(0, path.lastIndexOf('/'));
  return TOPICS.find((t) => t.path === path || t.path === `${parent}/*`) ?? null;
}
