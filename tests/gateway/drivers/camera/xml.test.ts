import { describe, expect, test } from 'vitest';
import { escapeXml, MOST_XML_BYTES, parseXml, writeXml } from '../../../../gateway/drivers/camera/xml.ts';
import { isLiftgateError } from '../../../../protocols/error.ts';
import { at } from '../../../../protocols/onvif/tree.ts';
import fc from '../../../tools/property.ts';

const WHOLE = '<s:A xmlns:s="urn:s" xmlns="urn:d"><b x="0012"> 5.10 <![CDATA[<&]]></b><b/></s:A>';

describe('reading XML of cameras', () => {
  test('keeps values as texts and resolves namespaces', () => {
    const root = parseXml(WHOLE);
    expect(root).toMatchObject({ name: 'A', ns: 'urn:s' });
    expect(root.children).toHaveLength(2);
    expect(at(root, 'b')).toMatchObject({ ns: 'urn:d', attrs: { x: '0012' }, text: '5.10 <&' });
  });

  test.each([
    ['half a document', '<a><b></b>'],
    ['an end tag too early', '<a><b></a>'],
    ['HTML', '<html><body><br></body></html>'],
    ['a document type', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
    ['an external entity', '<!doctype a SYSTEM "file:///etc/passwd"><a/>'],
    ['two roots', '<a/><b/>'],
    ['a poisoned name', '<a><__proto__>x</__proto__></a>'],
    ['JSON', '{"a":1}'],
    ['nothing', ''],
    ['too much', `<a>${' '.repeat(MOST_XML_BYTES)}</a>`],
    ['too deep', '<a>'.repeat(500) + '</a>'.repeat(500)],
  ])('refuses %s', (_what, text) => {
    expect(() => parseXml(text)).toThrow(/expected one whole XML document/);
  });

  test('refuses each true beginning of a document, and any bytes, with an error of its own', () => {
    for (let i = 0; i < WHOLE.length; i += 1) expect(() => parseXml(WHOLE.slice(0, i))).toThrow();
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        try {
          parseXml(text);
        } catch (e) {
          expect(isLiftgateError(e)).toBe(true);
        }
      }),
    );
  });

  test('reads back any text that it escaped', () => {
    // Control characters cannot stand in XML 1.0 at all.
    const texts = fc.string({ maxLength: 60 }).filter((t) => !/\p{Cc}/u.test(t));
    fc.assert(
      fc.property(texts, (t) => {
        const root = parseXml(`<a x="${escapeXml(t)}">${escapeXml(t)}</a>`);
        expect(root.attrs.x).toBe(t);
        expect(root.text).toBe(t.trim());
      }),
    );
  });

  test('writes a subscription’s reference parameter so that it reads the same', () => {
    const node = parseXml('<d:SubscriptionId xmlns:d="urn:vendor" a="1&amp;2">17</d:SubscriptionId>');
    expect(parseXml(writeXml(node))).toEqual(node);
  });
});
