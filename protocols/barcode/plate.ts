/**
 * Number plates, as far as their own form tells what they are: those of mainland China (GA 36-2018). Other countries'
 * plates look like any other text and are taken only where the label says that it is one.
 */

/** 31 provinces, autonomous regions and municipalities. */
const PROVINCE = '京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼';
/** Letters and digits of a serial: I and O are left out, they look like 1 and 0. */
const SERIAL = 'A-HJ-NP-Z0-9';
/** What stands in the last place of some: learner, police, trailer, Hong Kong, Macau, consulate. */
const LAST = '学警挂港澳领';

/** Seven characters: province, office, five of a serial, the last perhaps a word. */
const USUAL = new RegExp(`^[${PROVINCE}][A-Z][${SERIAL}]{4}[${SERIAL}${LAST}]$`);
/** Eight characters, new-energy cars: small ones carry the kind (A to K without I) first, large ones (D or F) last. */
const NEW_ENERGY = new RegExp(`^[${PROVINCE}][A-Z](?:[A-HJK][${SERIAL}]\\d{4}|\\d{5}[DF])$`);
/** Embassies (three digits of the country, three of the car) and the old form of it. */
const EMBASSY = /^(?:使\d{6}|\d{6}使)$/;
/** Other countries: letters and digits, at least one digit, 2 to 10 of them. */
const GENERIC = /^(?=.*\d)[\p{L}\d]{2,10}$/u;

/** A plate without what people write between its parts: blanks, dashes and dots; letters in capitals. */
function barePlate(text: string): string {
  return text.replace(/[\s·•・.-]/g, '').toUpperCase();
}

/** The plate that a bare text is beyond doubt, or null: only Chinese plates tell themselves. */
export function plateIn(text: string): string | null {
  const bare = barePlate(text);
  return USUAL.test(bare) || NEW_ENERGY.test(bare) || EMBASSY.test(bare) ? bare : null;
}

/** A text that a label calls a plate; null when it cannot be one. */
export function plateNamed(text: string): string | null {
  return plateIn(text) ?? (GENERIC.test(barePlate(text)) ? barePlate(text) : null);
}
