const KIND = /^[A-Za-z]\w{0,63}$/;
const CODE = /^[A-Za-z][\w.]{0,63}$/;

/** What kind of thing was thrown inside the engine, and its code: never its message, which may hold what was looked at. */
export function failureOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return typeof thrown;
  const kind = KIND.test(thrown.name) ? thrown.name : 'Error';
  const code: unknown = 'code' in thrown ? thrown.code : undefined;
  return typeof code === 'string' && CODE.test(code) ? `${kind} ${code}` : kind;
}
