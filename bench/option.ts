/** A number given on the command line as `--name N`; the default where it is left out. */
export function optionOf(name: string, otherwise: number): number {
  const at = process.argv.indexOf(name);
  const value = at > 0 ? Number(process.argv[at + 1]) : otherwise;
  if (!(value > 0)) throw new Error(`${name}: expected a number above 0, got ${process.argv[at + 1]}`);
  return value;
}
