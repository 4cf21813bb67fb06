import { useEffect, useRef } from 'react';
import { WedgeEar } from './keys.ts';

type Field = HTMLInputElement | HTMLTextAreaElement;

/**
 * Hands on the labels of a scanner that types, wherever the focus is. What it typed into a field before it was known for
 * a scanner is taken out again; an input method that was composing is ended.
 */
export function useWedge(onLabel: (label: string) => void): void {
  const hand = useRef(onLabel);
  hand.current = onLabel;
  useEffect(() => {
    const ear = new WedgeEar();
    let before: { readonly field: Field; readonly value: string } | null = null;
    const onKey = (e: KeyboardEvent) => {
      if (e.ctrlKey || e.altKey || e.metaKey || e.repeat || isSecret(document.activeElement)) return;
      const heard = ear.hear(e);
      if (heard.first) before = fieldOf(document.activeElement);
      if (!heard.scanning) return;
      e.preventDefault();
      e.stopPropagation();
      if (before !== null) clean(before, e.isComposing || e.key === 'Process');
      if (heard.label === null) return;
      const [label, kept] = [heard.label, before];
      // After the input method has let go of the field.
      setTimeout(() => {
        if (kept !== null) clean(kept, false);
        hand.current(label);
      });
    };
    addEventListener('keydown', onKey, { capture: true });
    return () => removeEventListener('keydown', onKey, { capture: true });
  }, []);
}

function fieldOf(active: Element | null): { field: Field; value: string } | null {
  const field = active instanceof HTMLInputElement || active instanceof HTMLTextAreaElement ? active : null;
  return field === null || field.readOnly ? null : { field, value: field.value };
}

/** A password is nobody's label, however fast it comes. */
function isSecret(active: Element | null): boolean {
  return active instanceof HTMLInputElement && active.type === 'password';
}

/** Puts a field back to what it held, in a way that React notices. */
function clean({ field, value }: { readonly field: Field; readonly value: string }, composing: boolean): void {
  if (composing) field.blur();
  if (field.value === value) return;
  const setter = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), 'value')!.set!;
  setter.call(field, value);
  field.dispatchEvent(new Event('input', { bubbles: true }));
}
