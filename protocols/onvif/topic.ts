/** What a topic is good for. Motion is never occupancy: a parked car does not move. */
type Meaning = 'occupancy' | 'motion' | 'input' | 'trouble' | 'ignored';

export interface TopicSpec {
  /** Path without namespace prefixes; a last `*` stands for any one segment. */
  readonly path: string;
  readonly meaning: Meaning;
  /** The `device.health` code that a raised trouble gets. */
  readonly health?: string;
  /** Data item that holds the yes or no, where it has a name of its own. */
  readonly state?: string;
  /** Source item that names the rule, where it has a name of its own. */
  readonly rule?: string;
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
  { path: 'RuleEngine/IntrusionDetector/Intrusion', meaning: 'occupancy', state: 'IsIntrusion' }, // TP-Link

  { path: 'VideoSource/MotionAlarm', meaning: 'motion' },
  { path: 'RuleEngine/CellMotionDetector/Motion', meaning: 'motion' },
  { path: 'RuleEngine/MotionRegionDetector/Motion', meaning: 'motion' },
  { path: 'RuleEngine/MotionDetector/Detection', meaning: 'motion' }, // Ajax: Detected
  { path: 'VideoAnalytics/MotionDetection', meaning: 'motion', state: 'Motion' }, // Hanwha
  { path: 'VideoAnalytics/MotionAlarm', meaning: 'motion' }, // Bosch
  { path: 'CameraApplicationPlatform/VMD/*', meaning: 'motion' }, // Axis

  // DeviceIO, and the vendors' own names for the same screw terminal.
  { path: 'Device/Trigger/DigitalInput', meaning: 'input' },
  { path: 'Device/Trigger/AlarmIn', meaning: 'input' }, // Hikvision
  { path: 'Device/IO/Port', meaning: 'input' }, // Axis

  { path: 'VideoSource/GlobalSceneChange/*', meaning: 'trouble', health: 'scene-changed' },
  { path: 'VideoSource/ImageTooDark/*', meaning: 'trouble', health: 'too-dark' },
  { path: 'VideoSource/ImageTooBright/*', meaning: 'trouble', health: 'too-bright' },
  { path: 'VideoSource/ImageTooBlurry/*', meaning: 'trouble', health: 'too-blurry' },
  { path: 'VideoSource/ImpairedVisibility', meaning: 'trouble', health: 'impaired-view' },
  { path: 'VideoSource/SignalLoss', meaning: 'trouble', health: 'signal-lost' },
  { path: 'RuleEngine/TamperDetector/Tamper', meaning: 'trouble', health: 'tampered' },
  { path: 'VideoSource/Tampering', meaning: 'trouble', health: 'tampered', state: 'tampering' }, // Axis
  { path: 'VideoAnalytics/MaskAlarm', meaning: 'trouble', health: 'tampered' }, // Hikvision
  { path: 'UserAlarm/VideoLost', meaning: 'trouble', health: 'signal-lost' }, // Hikvision
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

/** Looks a path up, in `own` first and then in the table; null for a topic that Liftgate has no use for. */
export function topicSpec(path: string, own: readonly TopicSpec[] = []): TopicSpec | null {
  const parent = path.slice(0, path.lastIndexOf('/'));
  const fits = (t: TopicSpec) => t.path === path || t.path === `${parent}/*`;
  return own.find(fits) ?? TOPICS.find(fits) ?? null;
}
