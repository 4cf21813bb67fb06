import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  AGE_HEADER,
  type Confidence,
  DrawOutline,
  FRAME_HEADER,
  LabelFrame,
  type SiteBay,
  type SiteCameras,
  UseModel,
} from '../../protocols/api/camera.ts';
import { LiftgateError } from '../../protocols/error.ts';
import { parse } from './parse.ts';

interface Picture {
  readonly frame: string;
  readonly ageMs: number;
  readonly jpeg: Buffer;
}
type BodyOf<T extends z.ZodType> = z.infer<T>;

/** The desk at which people look through the cameras and teach them the bays. All throw LiftgateError. */
export interface CameraDesk {
  list(): SiteCameras;
  picture(camera: string): Promise<Picture>;
  confidence(camera: string, bay: string, frame: string): Promise<Confidence>;
  draw(camera: string, bay: string, body: BodyOf<typeof DrawOutline>): SiteBay;
  label(camera: string, bay: string, body: BodyOf<typeof LabelFrame>): Promise<SiteBay>;
  unlabel(camera: string, bay: string, label: number): SiteBay;
  use(camera: string, bay: string, body: BodyOf<typeof UseModel>): SiteBay;
}

const Label = z.coerce.number().int();
const AskFrame = z.strictObject({ frame: z.string().min(1).max(64) });

/** The page asks every 2 s; a few tabs may. Behind it stand a camera's processor and ours. */
const PICTURES = { config: { rateLimit: { max: 120, timeWindow: 60_000 } } };
const BAY = '/site/api/cameras/:camera/bays/:bay';
type Named = { Params: { camera: string; bay: string; label: string } };

/** Cameras on the site page. For a scope behind the sign-in. */
export function cameraRoutes(app: FastifyInstance, desk: CameraDesk): void {
  app.get('/site/api/cameras', async () => desk.list());

  app.get<Named>('/site/api/cameras/:camera/picture', PICTURES, async (request, reply) => {
    refuseOtherPages(request);
    const { frame, ageMs, jpeg } = await desk.picture(request.params.camera);
    return reply
      .type('image/jpeg')
      .headers({ [FRAME_HEADER]: frame, [AGE_HEADER]: Math.round(ageMs) })
      .send(jpeg);
  });

  app.get<Named>(`${BAY}/confidence`, PICTURES, async ({ params, query }) =>
    desk.confidence(params.camera, params.bay, parse(AskFrame, query).frame),
  );
  app.put<Named>(`${BAY}/outline`, async ({ params, body }) =>
    desk.draw(params.camera, params.bay, parse(DrawOutline, body)),
  );
  app.post<Named>(`${BAY}/labels`, async ({ params, body }) =>
    desk.label(params.camera, params.bay, parse(LabelFrame, body)),
  );
  app.delete<Named>(`${BAY}/labels/:label`, async ({ params }) =>
    desk.unlabel(params.camera, params.bay, parse(Label, params.label)),
  );
  app.post<Named>(`${BAY}/model`, async ({ params, body }) =>
    desk.use(params.camera, params.bay, parse(UseModel, body)),
  );
}

/** The cookie is strict already; where a browser says which page asks, only our own may have a picture. */
function refuseOtherPages({ headers }: FastifyRequest): void {
  const from = headers['sec-fetch-site'];
  if (from !== undefined && from !== 'same-origin' && from !== 'none')
    throw new LiftgateError('denied', 'pictures are for the page of this gateway alone');
}
