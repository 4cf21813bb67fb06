/** Cars as pictures: front or rear, centred, standing on y = 0, about 400 units wide. */
export const SHAPES = ['sedan', 'hatch', 'suv', 'van', 'pickup', 'sports'] as const;
type Shape = (typeof SHAPES)[number];

export interface CarLook {
  readonly shape: Shape;
  /** CSS colour of the paint. */
  readonly paint: string;
  readonly rear: boolean;
  readonly bonnetOpen: boolean;
  /** Wheels and bumper are off. */
  readonly stripped: boolean;
}

interface Measures {
  readonly height: number;
  readonly width: number;
  readonly roof: number;
  readonly waist: number;
  readonly clearance: number;
}

const MEASURES: Readonly<Record<Shape, Measures>> = {
  sedan: { height: 270, width: 390, roof: 250, waist: 140, clearance: 35 },
  hatch: { height: 285, width: 360, roof: 255, waist: 150, clearance: 34 },
  suv: { height: 335, width: 415, roof: 305, waist: 185, clearance: 52 },
  van: { height: 400, width: 420, roof: 360, waist: 190, clearance: 48 },
  pickup: { height: 325, width: 420, roof: 280, waist: 190, clearance: 60 },
  sports: { height: 230, width: 405, roof: 220, waist: 125, clearance: 26 },
};

/** The drawing, as SVG. */
export function drawCar({ shape, paint, rear, bonnetOpen, stripped }: CarLook): string {
  const { height, width, roof, waist, clearance } = MEASURES[shape];
  const half = width / 2;
  const wheel = (x: number) =>
    stripped
      ? `<rect x="${x + 20}" y="-62" width="26" height="30" fill="#5b4a3a"/>`
      : `<rect x="${x}" y="-84" width="66" height="84" rx="14" fill="#16171a"/>`;
  const glassTop = -height + 18;
  const body =
    `<path d="M${-roof / 2} ${-height} L${roof / 2} ${-height} L${half - 12} ${-waist} L${12 - half} ${-waist} Z" fill="${paint}"/>` +
    `<path d="M${22 - roof / 2} ${glassTop} L${roof / 2 - 22} ${glassTop} L${half - 40} ${-waist - 4} L${40 - half} ${-waist - 4} Z" fill="#22303a"/>` +
    `<rect x="${-half}" y="${-waist}" width="${width}" height="${waist - clearance}" rx="30" fill="${paint}"/>`;
  const lamps = rear ? '#8d1c1c' : '#f3efd9';
  const face =
    (stripped
      ? `<rect x="${-half + 30}" y="${-waist + 40}" width="${width - 60}" height="${waist - clearance - 50}" fill="#191b1d"/>` +
        `<path d="M${-half + 50} ${-waist + 60} H${half - 50} M${-half + 60} ${-waist + 80} H${half - 70}" stroke="#77797b" stroke-width="7"/>`
      : `<rect x="${-half * 0.45}" y="${-waist + 42}" width="${half * 0.9}" height="36" rx="8" fill="#222426"/>`) +
    `<rect x="${-half + 16}" y="${-waist + 28}" width="62" height="30" rx="12" fill="${lamps}"/>` +
    `<rect x="${half - 78}" y="${-waist + 28}" width="62" height="30" rx="12" fill="${lamps}"/>` +
    (stripped ? '' : `<rect x="-52" y="${-clearance - 34}" width="104" height="24" fill="#1c4fb0"/>`);
  const bonnet = bonnetOpen
    ? `<path d="M${-half + 30} ${-waist} L${half - 30} ${-waist} L${half - 60} ${-waist - 150} L${60 - half} ${-waist - 150} Z" fill="${paint}" stroke="#17181a" stroke-width="6"/>` +
      `<rect x="${-half + 34}" y="${-waist - 6}" width="${width - 68}" height="34" fill="#1b1d1f"/>`
    : '';
  return wheel(-half + 8) + wheel(half - 74) + body + face + bonnet;
}
