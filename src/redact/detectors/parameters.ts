import type { Finding } from '../findings.ts';
import { type ClassifyKey, ruleApplies } from '../words/key-rule.ts';
import { startsWithMarker, startsWithMarkerAt } from '../markers.ts';
import { RULES } from '../rules.ts';
import { decodePercent } from '../walkers/percent.ts';

/** Longest scheme, with its colon. */
const MAX_SCHEME_CHARS = 17;
const DELIMITER = /[?#&\s]/g;
const QUERY = /[?#&]/;

/** True for what starts like a URL or a path: most values are told apart by their first word. */
function startsLikeUrl(text: string): boolean {
  for (let i = 0; i < MAX_SCHEME_CHARS; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 47) return i === 0;
    if (code === 58) return text.charCodeAt(i + 1) === 47;
    if (!(code > 42 && code < 123)) return false;
  }
  return false;
}

/**
 * Fields of the URL or path that a text is, by their names; `classify` is that of parameters. White space doesn't end
 * it: what is found elsewhere may have some in it.
 */
export function findParameters(text: string, classify: ClassifyKey, found: Finding[]): void {
  const query = startsLikeUrl(text) ? text.search(QUERY) : -1;
  if (query === -1) return;
  for (let equals = text.indexOf('=', query), from = query + 1; equals !== -1;) {
    DELIMITER.lastIndex = from;
    const end = DELIMITER.test(text) ? DELIMITER.lastIndex - 1 : text.length;
    if (end > equals) {
      addField(text, from, equals, end, classify, found);
      equals = text.indexOf('=', end);
    }
    from = end + 1;
  }
}

const URL_SIGNATURE = /[?&;](?:sig|signature|x-(?:amz|goog|oss|cos|ms)-signature|hmac|sign)=([^&\s"'<>\\]{16,2048})/dgi;
const SIGNATURE_REST = /[^&\s"'<>\\]*/y;

/** Signatures in the queries of URLs, wherever these stand: who has one may do what it was made for. */
export function findUrlSignatures(text: string, found: Finding[]): void {
  URL_SIGNATURE.lastIndex = 0;
  for (let match = URL_SIGNATURE.exec(text); match !== null; match = URL_SIGNATURE.exec(text)) {
    const [start, end] = match.indices?.[1] ?? [0, 0];
    if (!startsWithMarker(match[1] ?? '')) found.push({ start, end, rule: RULES.urlSignature, rest: SIGNATURE_REST });
  }
}

function addField(text: string, from: number, equals: number, end: number, classify: ClassifyKey, found: Finding[]) {
  const key = startsWithMarkerAt(text, equals + 1) ? undefined : classify(decodePercent(text.slice(from, equals)));
  if (key === undefined || !ruleApplies(key, decodePercent(text.slice(equals + 1, end).replaceAll('+', ' ')))) return;
  found.push({ start: equals + 1, end, rule: key.rule });
}
