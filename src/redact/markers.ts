/**
 * What stands in the place of something found: `[redacted:email]`, `[redacted:card:1234]`, `[redacted:email:t1.…]`,
 * `[redacted:iban:s3]`, `[redacted:binary:512]`. Exactly what actions write: a text with room for more between the brackets is
 * no marker, else whoever writes one could hide in it what has to be found.
 */
export const MARKER_TEXT =
  '\\[redacted:(?:(?:binary|unparseable|undecodable|over_limit):\\d{1,9}|[a-z][a-z0-9_]{0,31}(?::(?:[A-Za-z0-9]{4}|t\\d{1,5}\\.(?!\\d{9})[A-Za-z0-9_-]{16}|s\\d{1,5}))?)\\]';
const ONLY_MARKERS = new RegExp(`^(?:${MARKER_TEXT})+$`);
const EACH_MARKER = new RegExp(MARKER_TEXT, 'g');
const STARTS_WITH_MARKER = new RegExp(`^${MARKER_TEXT}`);
const MARKER_AT = new RegExp(MARKER_TEXT, 'y');
const HAS_MARKER = new RegExp(MARKER_TEXT);
const ENDS_WITH_MARKER = new RegExp(`${MARKER_TEXT}\\s{0,8}$`);
/** More than a marker and what may stand behind it take. */
const MAX_END_CHARS = 128;

/** The marker of an entity; `detail` says more: letters, digits, `.`, `_` and `-`. */
export function marker(entity: string, detail?: string): string {
  return detail === undefined ? `[redacted:${entity}]` : `[redacted:${entity}:${detail}]`;
}

/** A marker's place in a text. */
export interface MarkerPlace {
  readonly start: number;
  readonly end: number;
}

/** Where markers stand in a text, in its order. */
export function markersIn(text: string): readonly MarkerPlace[] {
  if (!text.includes('[redacted:')) return NO_MARKERS;
  return Array.from(text.matchAll(EACH_MARKER), ({ 0: found, index }) => ({ start: index, end: index + found.length }));
}

const NO_MARKERS: readonly MarkerPlace[] = [];

/** True when a text is one marker, or several and nothing else: it has been replaced already. */
export function isMarker(text: string): boolean {
  return text.charCodeAt(0) === 91 && ONLY_MARKERS.test(text);
}

/** True when something in a text was replaced. */
export function hasMarker(text: string): boolean {
  return text.includes('[redacted:') && HAS_MARKER.test(text);
}

/** True when a text starts with a marker. */
export function startsWithMarker(text: string): boolean {
  return text.charCodeAt(0) === 91 && STARTS_WITH_MARKER.test(text);
}

/** True when a marker starts at a place of a text. */
export function startsWithMarkerAt(text: string, at: number): boolean {
  MARKER_AT.lastIndex = at;
  return text.charCodeAt(at) === 91 && MARKER_AT.test(text);
}

/** True when a text ends with a marker, and white space at most. */
export function endsWithMarker(text: string): boolean {
  return ENDS_WITH_MARKER.test(text.slice(-MAX_END_CHARS));
}

/** A text without the markers in it: they say nothing about what stands beside them. */
export function withoutMarkers(text: string): string {
  return text.includes('[redacted:') ? text.replace(EACH_MARKER, '') : text;
}
