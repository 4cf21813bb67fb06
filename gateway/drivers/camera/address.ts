/**
 * Where to look for what a camera calls `advertised`, best guess first. Behind NAT, and after a move to another subnet,
 * cameras name a host that is not theirs: the host is always the one that answered us, path and query are the camera's.
 * The advertised port is tried first, then ours; https is never given up for http. Empty for anything but http and
 * https: `rtsp:` has no picture to GET.
 */
export function mend(advertised: string, answered: string): string[] {
  const ours = URL.parse(answered);
  const theirs = URL.parse(advertised.trim(), answered);
  if (!ours || !theirs || !/^https?:$/.test(theirs.protocol)) return [];
  const at = (protocol: string, port: string) => {
    const url = new URL(`${protocol}//${ours.hostname}`);
    url.port = port;
    url.pathname = theirs.pathname;
    url.search = theirs.search;
    return url.href;
  };
  const downgrade = ours.protocol === 'https:' && theirs.protocol === 'http:';
  const first = downgrade ? [] : [at(theirs.protocol, theirs.port)];
  return [...new Set([...first, at(ours.protocol, ours.port)])];
}
