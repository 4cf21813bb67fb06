import type { Draw } from '../fleet.ts';
import { type CarLook, drawCar, SHAPES } from './car.ts';
import { escapeXml } from './xml.ts';

/** What stands in one bay now. */
export interface BayScene {
  readonly label: string;
  readonly car: CarLook | null;
  /** 0 on the floor to 1 at the top; without a car the arms alone go up. */
  readonly raised: number;
  /** Where people stand: 0 left to 1 right, and how near, 0 to 1. */
  readonly people: readonly { readonly x: number; readonly near: number; readonly clothes: string }[];
  readonly carts: readonly { readonly x: number; readonly near: number; readonly paint: string }[];
}

/** How the light falls. */
export interface Light {
  /** Strength of all light; 1 is a lamp-lit day. */
  readonly level: number;
  /** The camera sees by its own infrared lamps: no colour, and dark at the edges. */
  readonly infrared: boolean;
  /** Are the lamps of the ceiling on? */
  readonly lamps: boolean;
  /** How far the roller door is open: daylight from the left, 0 to 1. */
  readonly door: number;
  /** Slanted shadows on the floor, 0 to 1 across. */
  readonly shadows: readonly number[];
  readonly glare: { readonly x: number; readonly y: number; readonly size: number } | null;
}

const W = 960;
const H = 540;
const FLOOR = 190;
const GREYS = ['#8b8f92', '#7c8184', '#9a9c9a', '#868a80'];
const PAINTS = [
  '#b4322b',
  '#d9dbdd',
  '#27486b',
  '#2d2f32',
  '#8fa3ad',
  '#e2c044',
  '#6e7376',
  '#3f5b45',
  '#f3f4f4',
  '#5a2f3a',
];
const CLOTHES = ['#24476f', '#2f3338', '#c4561f', '#56606a'];
const CARTS = ['#b3261e', '#1f5fa8', '#3b3e42', '#d69a1c'];

export function drawLook(draw: Draw): CarLook {
  const pick = <T>(list: readonly T[]) => list[Math.floor(draw() * list.length)]!;
  return {
    shape: pick(SHAPES),
    paint: pick(PAINTS),
    rear: draw() < 0.4,
    bonnetOpen: draw() < 0.25,
    stripped: draw() < 0.12,
  };
}

export function drawPeople(draw: Draw, most: number): BayScene['people'] {
  return Array.from({ length: Math.floor(draw() * (most + 1)) }, () => ({
    x: 0.1 + 0.8 * draw(),
    near: draw(),
    clothes: CLOTHES[Math.floor(draw() * CLOTHES.length)]!,
  }));
}

export function drawCarts(draw: Draw, most: number): BayScene['carts'] {
  return Array.from({ length: Math.floor(draw() * (most + 1)) }, () => ({
    x: draw() < 0.5 ? 0.08 + 0.2 * draw() : 0.72 + 0.2 * draw(),
    near: draw(),
    paint: CARTS[Math.floor(draw() * CARTS.length)]!,
  }));
}

/** What never moves: made once per camera, from its seed. */
export function drawRoom(draw: Draw, bays: number): string {
  const grey = GREYS[Math.floor(draw() * GREYS.length)]!;
  const width = W / bays;
  const wall = Array.from({ length: 3 + bays * 2 }, () => {
    const x = draw() * W;
    return `<rect x="${x}" y="${30 + 60 * draw()}" width="${30 + 70 * draw()}" height="${40 + 70 * draw()}" fill="${draw() < 0.5 ? '#5d6a75' : '#a83f2c'}" opacity="${0.5 + 0.5 * draw()}"/>`;
  });
  const stains = Array.from({ length: 7 }, () => {
    const r = 12 + 50 * draw();
    return `<ellipse cx="${draw() * W}" cy="${FLOOR + 60 + draw() * 260}" rx="${r}" ry="${r / 3}" fill="#3c3f41" opacity="${0.1 + 0.25 * draw()}"/>`;
  });
  const marks = Array.from({ length: bays }, (_, i) => {
    const at = i * width;
    return (
      `<path d="M${at + width * 0.1} ${H} L${at + width * 0.2} ${FLOOR + 40} M${at + width * 0.9} ${H} L${at + width * 0.8} ${FLOOR + 40}" stroke="#d8cf62" stroke-width="5"/>` +
      [0.07, 0.9]
        .map((x) => `<rect x="${at + width * x}" y="70" width="${width * 0.035}" height="340" fill="#c9821c"/>`)
        .join('')
    );
  });
  return (
    `<rect width="${W}" height="${FLOOR}" fill="#c3c8cb"/><rect y="${FLOOR}" width="${W}" height="${H - FLOOR}" fill="${grey}"/>` +
    `<rect x="0" y="${FLOOR - 8}" width="${W}" height="8" fill="#6a6f73"/>${wall.join('')}${stains.join('')}${marks.join('')}`
  );
}

/** The whole view, 960 × 540, as SVG. `room` as `drawRoom` gave it; `pushed` = how far the camera was pushed aside, in px. */
export function drawScene(room: string, bays: readonly BayScene[], light: Light, pushed = { x: 0, y: 0 }): string {
  const width = W / bays.length;
  const inner = bays.map((b, i) => `<g transform="translate(${i * width} 0)">${drawBay(b, width)}</g>`).join('');
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${W}" height="${H}" viewBox="0 0 ${W} ${H}">${definitions(light)}` +
    `<rect width="${W}" height="${H}" fill="#777"/><g transform="translate(${pushed.x} ${pushed.y})">${room}${shadows(light)}${inner}</g>` +
    `${lighting(light)}</svg>`
  );
}

function drawBay({ label, car, raised, people, carts }: BayScene, width: number): string {
  const middle = width / 2;
  const scale = Math.min(1, width / 520);
  const ground = 455;
  const lift = raised * 170;
  const arms =
    raised > 0.05
      ? [-1, 1]
          .map(
            (s) =>
              `<rect x="${middle + s * width * 0.2 - width * 0.16}" y="${ground - lift - 12}" width="${width * 0.32}" height="12" fill="#b87617"/>`,
          )
          .join('')
      : '';
  const below = car
    ? `<ellipse cx="${middle}" cy="${ground + 4}" rx="${215 * scale}" ry="${26 * scale}" fill="#000" opacity="${0.5 - 0.3 * raised}"/>` +
      `<g transform="translate(${middle} ${ground - lift}) scale(${scale})">${drawCar(car)}</g>`
    : '';
  return (
    `<text x="${middle}" y="64" text-anchor="middle" font-family="sans-serif" font-size="24" fill="#333">${escapeXml(label)}</text>` +
    below +
    arms +
    carts.map((c) => cart(c, width)).join('') +
    people.map((p) => person(p, width)).join('')
  );
}

function person({ x, near, clothes }: BayScene['people'][number], width: number): string {
  const k = 0.7 + 0.5 * near;
  return (
    `<g transform="translate(${x * width} ${400 + 110 * near}) scale(${k})"><ellipse cx="0" cy="2" rx="34" ry="8" fill="#000" opacity="0.35"/>` +
    `<rect x="-20" y="-80" width="17" height="80" fill="#23272b"/><rect x="4" y="-80" width="17" height="80" fill="#23272b"/>` +
    `<rect x="-26" y="-158" width="52" height="84" rx="14" fill="${clothes}"/><circle cx="0" cy="-176" r="17" fill="#c79a7b"/></g>`
  );
}

function cart({ x, near, paint }: BayScene['carts'][number], width: number): string {
  const drawers = [0, 1, 2, 3]
    .map((i) => `<path d="M-40 ${-80 + i * 18} H40" stroke="#111" stroke-width="3"/>`)
    .join('');
  return (
    `<g transform="translate(${x * width} ${410 + 100 * near}) scale(${0.65 + 0.35 * near})"><ellipse cx="0" cy="4" rx="56" ry="9" fill="#000" opacity="0.35"/>` +
    `<rect x="-46" y="-98" width="92" height="90" rx="5" fill="${paint}"/>${drawers}<circle cx="-34" cy="-3" r="8" fill="#111"/><circle cx="34" cy="-3" r="8" fill="#111"/></g>`
  );
}

function shadows({ shadows: across }: Light): string {
  return across
    .map((s) => `<path d="M${s * W} ${FLOOR} l120 0 l90 ${H - FLOOR} l-190 0 Z" fill="#000" opacity="0.38"/>`)
    .join('');
}

function definitions({ door, lamps }: Light): string {
  return (
    `<defs><linearGradient id="day"><stop offset="0" stop-color="#fff6dc" stop-opacity="${0.55 * door}"/><stop offset="0.7" stop-color="#fff" stop-opacity="0"/></linearGradient>` +
    `<radialGradient id="spot"><stop offset="0" stop-color="#fff" stop-opacity="1"/><stop offset="1" stop-color="#fff" stop-opacity="0"/></radialGradient>` +
    `<linearGradient id="dim" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#000" stop-opacity="${lamps ? 0 : 0.6}"/><stop offset="1" stop-color="#000" stop-opacity="${lamps ? 0.1 : 0.45}"/></linearGradient>` +
    `<radialGradient id="night"><stop offset="0.3" stop-color="#000" stop-opacity="0"/><stop offset="1" stop-color="#000" stop-opacity="0.7"/></radialGradient></defs>`
  );
}

function lighting({ glare, level, door, infrared }: Light): string {
  const spot = glare
    ? `<ellipse cx="${glare.x * W}" cy="${glare.y * H}" rx="${glare.size * W}" ry="${glare.size * W * 0.6}" fill="url(#spot)" opacity="0.9"/>`
    : '';
  const day = door > 0 ? `<rect width="${W}" height="${H}" fill="url(#day)"/>` : '';
  const dark = level < 1 ? `<rect width="${W}" height="${H}" fill="#000" opacity="${1 - level}"/>` : '';
  const corners = infrared ? `<rect width="${W}" height="${H}" fill="url(#night)"/>` : '';
  return `<rect width="${W}" height="${H}" fill="url(#dim)"/>${day}${dark}${corners}${spot}`;
}

/** Some light that a workshop may have: lamps on or off, the door open with its shadows, glare, and now and then night. */
export function drawLight(draw: Draw): Light {
  const infrared = draw() < 0.12;
  const door = infrared || draw() < 0.4 ? 0 : draw();
  return {
    level: infrared ? 0.45 + 0.3 * draw() : 0.6 + 0.4 * draw(),
    infrared,
    lamps: infrared || draw() < 0.75,
    door,
    shadows: door > 0 ? Array.from({ length: Math.floor(draw() * 4) }, () => draw()) : [],
    glare: draw() < 0.2 ? { x: draw(), y: 0.3 + 0.6 * draw(), size: 0.04 + 0.08 * draw() } : null,
  };
}
