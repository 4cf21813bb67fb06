/** Says on stderr how a command was used wrongly; gives the exit code for that. */
export function wrong(why: string): number {
  process.stderr.write(`liftgate: ${why}\n`);
  return 2;
}
