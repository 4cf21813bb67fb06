import { describe, expect, test } from 'vitest';
import { parseXml } from '../../../gateway/drivers/camera/xml.ts';
import { cameraTime, fromDuration, toDuration } from '../../../protocols/onvif/time.ts';

describe('times of cameras', () => {
  test.each([
    ['PT10S', 10_000],
    ['PT1M', 60_000],
    ['PT1H1M1.5S', 3_661_500],
    ['P1DT1S', 86_401_000],
    ['P', null],
    ['PT', null],
    ['P1M', null],
    ['10', null],
  ])('the duration %s is %s ms', (text, ms) => {
    expect(fromDuration(text)).toBe(ms);
  });

  test('a duration that is written is read back', () => {
    expect(fromDuration(toDuration(120_000))).toBe(120_000);
  });

  const part = (name: string, hour: number) =>
    `<${name}><Time><Hour>${hour}</Hour><Minute>30</Minute><Second>5</Second></Time>` +
    `<Date><Year>2026</Year><Month>7</Month><Day>1</Day></Date></${name}>`;
  const answer = (inner: string) => parseXml(`<R><SystemDateAndTime>${inner}</SystemDateAndTime></R>`);
  const zone = (tz: string) => `<TimeZone><TZ>${tz}</TZ></TimeZone>`;

  test('UTC is taken where it is given', () => {
    expect(cameraTime(answer(zone('CST-8') + part('UTCDateTime', 2) + part('LocalDateTime', 10)))).toBe(
      Date.UTC(2026, 6, 1, 2, 30, 5),
    );
  });

  test.each([
    ['CST-8', 2],
    ['&lt;+08&gt;-8', 2],
    ['EST5', 15],
    ['UTC0', 10],
  ])('local time alone is turned by the POSIX zone %s', (tz, hour) => {
    expect(cameraTime(answer(zone(tz) + part('LocalDateTime', 10)))).toBe(Date.UTC(2026, 6, 1, hour, 30, 5));
  });

  test.each([
    ['false', 'CET-1CEST,M3.5.0,M10.5.0/3', 9],
    ['true', 'CET-1CEST,M3.5.0,M10.5.0/3', 8],
    ['true', 'EST5EDT4,M3.2.0,M11.1.0', 14],
    ['true', 'CST-8', 2],
  ])('with daylight saving %s, the zone %s turns it by what is in force', (daylight, tz, hour) => {
    const says = `<DaylightSavings>${daylight}</DaylightSavings>`;
    expect(cameraTime(answer(says + zone(tz) + part('LocalDateTime', 10)))).toBe(Date.UTC(2026, 6, 1, hour, 30, 5));
  });

  test.each(['', zone('CET-1CEST,M3.5.0,M10.5.0/3'), zone('garbage')])(
    'local time without a zone, or without a word on daylight saving, is not guessed (%s)',
    (tz) => {
      expect(cameraTime(answer(tz + part('LocalDateTime', 10)))).toBe(null);
    },
  );

  test('a month of 13 is no time', () => {
    expect(cameraTime(answer(part('UTCDateTime', 2).replace('<Month>7', '<Month>13')))).toBe(null);
  });
});
