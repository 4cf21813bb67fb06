import sharp from 'sharp';
import { type Millis, toRfc3339 } from '../../protocols/time.ts';
import { escapeXml } from './xml.ts';

const WIDTH = 1280;
const HEIGHT = 720;
const PAINTS = ['#b4322b', '#d9dbdd', '#27486b', '#3b3d40', '#8fa3ad', '#e2c044'];

/** What the camera sees: its bays side by side, each empty or with a car, and the time burnt in. A JPEG. */
export function renderPicture(bays: readonly { rule: string; occupied: boolean }[], at: Millis): Promise<Buffer> {
  const width = WIDTH / bays.length;
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">` +
    '<defs><linearGradient id="floor" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#6d7175"/>' +
    '<stop offset="1" stop-color="#94989b"/></linearGradient></defs>' +
    `<rect width="${WIDTH}" height="250" fill="#c9cdcf"/><rect y="250" width="${WIDTH}" height="470" fill="url(#floor)"/>` +
    bays.map((b, i) => `<g transform="translate(${i * width} 0)">${bay(b, i, width)}</g>`).join('') +
    `<rect x="16" y="14" width="420" height="34" fill="#000" fill-opacity="0.6"/>` +
    `<text x="26" y="39" font-family="monospace" font-size="24" fill="#fff">${toRfc3339(at)}</text></svg>`;
  return sharp(Buffer.from(svg)).jpeg({ quality: 80 }).toBuffer();
}

function bay({ rule, occupied }: { rule: string; occupied: boolean }, index: number, width: number): string {
  const middle = width / 2;
  const posts = [0.06, 0.91].map(
    (x) => `<rect x="${width * x}" y="120" width="${width * 0.03}" height="420" fill="#d08a1e"/>`,
  );
  const lines = `<path d="M${width * 0.12} 700 L${width * 0.2} 300 M${width * 0.88} 700 L${width * 0.8} 300" stroke="#e8e06a" stroke-width="6"/>`;
  const label = `<text x="${middle}" y="100" text-anchor="middle" font-family="sans-serif" font-size="28" fill="#333">${escapeXml(rule)}</text>`;
  const scale = Math.min(1, width / 520);
  const drawn = occupied
    ? `<g transform="translate(${middle} 420) scale(${scale})">${car(PAINTS[index % PAINTS.length]!)}</g>`
    : '';
  return lines + posts.join('') + drawn + label;
}

/** A car from the front, centred, 400 units wide. */
function car(paint: string): string {
  return (
    '<ellipse cx="0" cy="205" rx="225" ry="30" fill="#000" fill-opacity="0.45"/>' +
    '<rect x="-185" y="120" width="70" height="90" rx="14" fill="#17181a"/><rect x="115" y="120" width="70" height="90" rx="14" fill="#17181a"/>' +
    `<path d="M-130 -90 L130 -90 L185 30 L-185 30 Z" fill="${paint}"/><path d="M-115 -75 L115 -75 L155 20 L-155 20 Z" fill="#1f2b33"/>` +
    `<rect x="-200" y="20" width="400" height="150" rx="36" fill="${paint}"/>` +
    '<rect x="-90" y="80" width="180" height="46" rx="10" fill="#202326"/>' +
    '<circle cx="-150" cy="80" r="28" fill="#f4f1dd"/><circle cx="150" cy="80" r="28" fill="#f4f1dd"/>' +
    '<rect x="-60" y="136" width="120" height="26" fill="#1c4fb0"/>'
  );
}
