import type { FlagName } from './flag.ts';

/** What the words of a work order say was repaired or replaced, in both languages. */
const JOBS: readonly { readonly flag: FlagName; readonly words: RegExp }[] = [
  { flag: 'battery', words: /(?<!hybrid |drive |traction )battery|蓄电池|电瓶/i },
  { flag: 'alternator', words: /alternator|charging system|发电机/i },
  { flag: 'warm-up', words: /thermostat|coolant (pump|leak)|节温器|水泵/i },
  {
    flag: 'fuel-trim',
    words:
      /intake leak|vacuum leak|air ?flow (meter|sensor)|\bmaf\b|fuel (pump|filter)|injector|空气流量|燃油泵|汽油泵|喷油|燃油滤/i,
  },
  { flag: 'catalyst', words: /catalyst|catalytic|催化/i },
  { flag: 'misfire', words: /spark plug|ignition coil|火花塞|点火线圈/i },
  { flag: 'oxygen', words: /oxygen sensor|lambda sensor|\bo2 sensor|氧传感器/i },
  { flag: 'particulate-filter', words: /particulate|\bdpf\b|颗粒捕集/i },
  { flag: 'oil', words: /oil change|change (the )?oil|换机油|更换机油|小保养/i },
  { flag: 'service', words: /\bservice\b|inspection|保养/i },
  { flag: 'brakes', words: /brake pads?|刹车片|制动片/i },
  { flag: 'pack', words: /(hybrid|drive|traction) battery|动力电池/i },
  { flag: 'tyres', words: /ty?ire|tyre|轮胎/i },
];

/** A test or check alone repairs nothing. */
const ONLY_LOOKED = /^(check|test|diagnos|检查|检测)/i;

/** The flags whose part a job repaired; none where its words do not say. */
export function flagsOfJob(job: string): FlagName[] {
  if (ONLY_LOOKED.test(job.trim())) return [];
  return JOBS.filter((j) => j.words.test(job)).map((j) => j.flag);
}
